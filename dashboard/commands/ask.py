"""``ask`` and ``questions``: the page's answers on the command line, through the same code."""

import inspect
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import click
import polars as pl

from dashboard.access import EVERYTHING, Scope, Viewer, without_talent
from dashboard.audit import NotNotedError, filters_of
from dashboard.commands.log import note
from dashboard.commands.options import (
    DAY,
    WEIGHTS,
    narrowed,
    settings_with,
    viewer_option,
    warehouse_option,
)
from dashboard.commands.output import Form, content_of, written
from dashboard.filters import Filters
from dashboard.policies import policy_named
from dashboard.questions import Param, Question, questions
from dashboard.settings import Settings
from dashboard.store.base import StoreError
from dashboard.store.opening import open_store
from dashboard.warehouse.base import Warehouse, WarehouseError
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.viewers import UnknownViewerError, members, scope_for, viewer_of


class _Questions(click.Group):
    """A subcommand per question, with the question's own parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(questions())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        question = questions().get(cmd_name)
        return None if question is None else _command(question)


@click.group(cls=_Questions, subcommand_metavar="QUESTION [OPTIONS]...")
def ask() -> None:
    """Answer a question exactly as the page shows it.

    Without --since and --until a question covers all the data. The as-of date is today, on the
    demo company its own date. Without --viewer the operator asks, who may see everything.
    """


@click.command("questions")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def questions_command(form: str) -> None:
    """List every question with its parameters and columns."""
    if form == "json":
        listed = [
            {
                "question": question.name,
                "title": question.title,
                "params": list(question.params),
                "columns": question.schema.names(),
            }
            for question in questions().values()
        ]
        click.echo(json.dumps(listed, indent=1))
        return
    for question in questions().values():
        click.secho(question.name, bold=True)
        click.echo(f"  {question.title}")
        click.echo(f"  takes    {', '.join(question.params) or 'nothing'}")
        click.echo(f"  returns  {', '.join(question.schema.names())}\n")


def _command(question: Question) -> click.Command:
    options: list[click.Parameter] = [
        click.Option(["--since"], type=DAY, help="First day of the window."),
        click.Option(["--until"], type=DAY, help="First day after the window."),
        *(_option(param) for param in question.own_params),
        click.Option(
            ["--format", "form"],
            type=click.Choice(["table", "json", "csv", "parquet"]),
            default="table",
        ),
        click.Option(["--output"], type=click.Path(dir_okay=False, path_type=Path)),
    ]

    @click.command(question.name, params=options, help=_help(question), short_help=question.title)
    @narrowed
    @viewer_option
    @warehouse_option
    def command(**given: Any) -> None:  # noqa: ANN401 -- an option is of any type
        _answer(question, **given)

    return command


def _help(question: Question) -> str:
    """The docstring with its sections kept as they are written."""
    paragraphs = (inspect.getdoc(question.function) or "").split("\n\n")
    return "\n\n".join(f"\b\n{paragraph}" for paragraph in paragraphs)


def _option(param: Param) -> click.Option:
    names = [f"--{param.name.replace('_', '-')}", f"--{param.name}", param.name]
    if "_" not in param.name:
        names.pop(0)
    kind: type | click.ParamType[object] = str
    parts = get_args(param.annotation) or (param.annotation,)
    if date in parts:
        kind = DAY
    elif int in parts:
        kind = int
    elif any(get_origin(part) is Mapping for part in parts):
        kind = WEIGHTS
    optional: dict[str, Any] = {} if param.required else {"default": param.default}
    return click.Option(
        names,
        type=kind,
        required=param.required,
        multiple=get_origin(param.annotation) is tuple,
        show_default=not param.required and param.default not in {None, ()},
        help="Parameter of this question.",
        **optional,
    )


def _answer(  # noqa: PLR0917 -- click passes by keyword
    question: Question,
    as_of: date | None,
    since: date | None,
    until: date | None,
    segment: tuple[str, ...],
    region: tuple[str, ...],
    csm: tuple[str, ...],
    viewer: str | None,
    form: Form,
    output: Path | None,
    warehouse: str | None,
    **own: object,
) -> None:
    settings = settings_with(warehouse)
    try:
        source = open_warehouse(settings)
        day = as_of or default_as_of(settings, source)
        looking, scope = viewer_and_scope(source, viewer, day)
        filters = Filters(day, since, until, segment, region, csm)
        _say_what_has_no_effect(question, filters)
        if isinstance(own.get("policy"), str):
            own["policy"] = policy_named(str(own["policy"]), settings.policy, open_store(settings))
        frame = question.function(source, scope, filters, **own)
        # What is shown as a table or as JSON is looked at; the rest is taken away.
        file = output.name if output else form if form in {"csv", "parquet"} else None
        _note(question, filters, frame, settings, viewer=looking, file=file, params=own)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except (WarehouseError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    _write(content_of(frame, form), output)


def _say_what_has_no_effect(question: Question, filters: Filters) -> None:
    given = {
        "since": filters.since,
        "until": filters.until,
        "segment": filters.segments,
        "region": filters.regions,
        "csm": filters.csm_ids,
    }
    for name, value in given.items():
        if value and name not in question.filters:
            click.echo(f"Note: {question.name} takes no --{name}; it changes nothing.", err=True)


def default_as_of(settings: Settings, warehouse: Warehouse) -> date:
    """The day the app speaks for: set, the demo's own, or today."""
    freshness = warehouse.freshness()
    if settings.as_of:
        return settings.as_of
    return freshness.as_of if freshness.origin == "demo" else datetime.now(UTC).date()


def viewer_and_scope(
    warehouse: Warehouse, email: str | None, day: date
) -> tuple[Viewer | None, Scope]:
    """The team member of an address with what she may see; nobody and everything without one."""
    talent = warehouse.policy.talent.is_on(demo=warehouse.freshness().origin == "demo")
    if email is None:
        return None, EVERYTHING if talent else without_talent(EVERYTHING)
    people = members(warehouse, day)
    try:
        viewer = viewer_of(people, email, day)
    except UnknownViewerError as error:
        raise click.UsageError(str(error)) from error
    return viewer, scope_for(people, viewer, day, talent=talent)


def _note(
    question: Question,
    filters: Filters,
    frame: pl.DataFrame,
    settings: Settings,
    *,
    viewer: Viewer | None,
    file: str | None,
    params: Mapping[str, object],
) -> None:
    """Write down the answer before it is given, as the page does.

    Raises
    ------
    StoreError
        It cannot be written down, and it is a file or tells how people were rated.
    """
    must = file is not None or question.of_talent
    try:
        note(
            settings,
            "view" if file is None else "export",
            question.name,
            filters=filters_of(filters, params, file=file),
            rows=len(frame),
            viewer=viewer,
        )
    except NotNotedError as error:
        if must:
            raise
        click.echo(f"Note: this answer is not in the audit log. {error.__cause__}", err=True)


def _write(content: bytes, output: Path | None) -> None:
    if output:
        written(content, output)
    else:
        sys.stdout.buffer.write(content)

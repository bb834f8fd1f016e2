"""``deck`` and ``exhibit``: what the pages' menus give, on the command line."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from dashboard import noting, session, visitor
from dashboard.access import Viewer
from dashboard.audit import filters_of
from dashboard.commands.options import (
    Command,
    narrowed,
    settings_with,
    viewer_option,
    warehouse_option,
)
from dashboard.commands.output import written
from dashboard.components.staleness import stale
from dashboard.exports.deck import Slide, TemplateError
from dashboard.exports.images import NoChartError
from dashboard.filters import Filters
from dashboard.navigation import SHOWING, entry_at
from dashboard.shown import Shown
from dashboard.store.base import StoreError
from dashboard.takeaway.exhibits import KINDS, UnknownExhibitError, made, pinned
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, in_a_run, shown_on
from dashboard.takeaway.slides import TITLE, slides_of, whole
from dashboard.takeaway.story import story
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.viewers import UnknownViewerError, viewer_of

STORY = "story"
"""Name of the board's story where a page could be named."""


class Parameter(click.ParamType[tuple[str, str]]):
    """A parameter of a page's link, as ``cycle=2026-H1``."""

    name = "name=value"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Name and value, or a usage error that says what is missing."""
        if isinstance(value, tuple):
            return value
        name, equals, said = str(value).partition("=")
        if not (name and equals):
            self.fail(f"{value!r} is not a parameter such as cycle=2026-H1.", param, ctx)
        return name, said


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a file is made, with which filters, and from which pages."""

    viewer: Viewer | None
    chosen: Chosen

    def opened(self, file: str, view: str | None, link: Mapping[str, str]) -> Opened:
        """A page with these filters."""
        return Opened(entry_at(file), self.chosen, {**({"view": view} if view else {}), **link})

    def among(self) -> Filters:
        """What of these filters narrows a file of several pages."""
        chosen = self.chosen
        day = chosen.as_of or session.today()
        return Filters(day, segments=chosen.segment, regions=chosen.region, csm_ids=chosen.csm)

    def named(self) -> dict[str, str]:
        """The filters that are parameters of questions."""
        named = {"quarter": self.chosen.quarter, "policy": self.chosen.policy}
        return {name: value for name, value in named.items() if value is not None}


def filtered(command: Command) -> Command:
    """Options of every command that makes a file of pages."""
    for option in (
        warehouse_option,
        click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path)),
        viewer_option,
        click.option("--policy", help="Retention policy by name."),
        click.option("--quarter", help="Fiscal quarter, as the filter names it: 'FY26 Q4'."),
    ):
        command = option(command)
    return narrowed(command)


@contextmanager
def asking(warehouse: str | None, viewer: str | None, chosen: Chosen) -> Iterator[Asked]:
    """Whom a file is for; what goes wrong on the way is a sentence, not a traceback."""
    settings = settings_with(warehouse)
    # The session reads the settings by itself, once: they are those of the command from here on.
    os.environ["CS_DASHBOARD_WAREHOUSE"] = settings.warehouse
    try:
        # Of today, whatever day is asked for: who has left is shown nothing of the days before.
        looking = None
        if viewer is not None:
            looking = viewer_of(visitor.team(), viewer, visitor.today())
        yield Asked(looking, chosen)
        if age := stale():
            click.echo(age, err=True)
    except (
        NoChartError,
        NotOnOfferError,
        TemplateError,
        UnknownExhibitError,
        UnknownViewerError,
    ) as error:
        raise click.UsageError(str(error)) from error
    except (WarehouseError, StoreError) as error:
        raise click.ClickException(str(error)) from error


@click.command("deck")
@click.option(
    "--page",
    "pages",
    multiple=True,
    type=click.Choice([STORY, *(entry.file for entry in SHOWING)]),
    help=f"A page; may be repeated. Without one, '{STORY}': the board's quarterly story.",
)
@click.option("--view", help="View of the page, as its control names it.")
@click.option("--with", "link", multiple=True, type=Parameter(), help="Parameter of the link.")
@click.option("--title", default=TITLE, show_default=True, help="Words of the first slide.")
@click.option(
    "--template",
    help="Wins over that of the settings.",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@filtered
def deck_command(
    *,
    pages: Sequence[str],
    view: str | None,
    link: Sequence[tuple[str, str]],
    title: str,
    template: Path | None,
    viewer: str | None,
    output: Path,
    warehouse: str | None,
    **filters: object,
) -> None:
    """Write a PowerPoint file of pages, with native charts that can be edited.

    Without --viewer the operator asks, who may see everything.
    """
    with asking(warehouse, viewer, chosen_of(filters)) as asked:
        slides: list[Slide] = []
        for page in pages or (STORY,):
            if page == STORY:
                slides += story(asked.chosen, viewer=asked.viewer)
            else:
                opened = asked.opened(page, view, dict(link))
                slides += shown_on(opened, slides_of, viewer=asked.viewer)
        params = {**asked.named(), "pages": list(pages) or [STORY], "view": view, **dict(link)}
        rows = sum(len(each.exhibit.frame) for each in slides if each.exhibit is not None)

        def noted() -> None:
            _noted("deck", asked.among(), params, file=output.name, rows=rows)

        in_a_run(noted, viewer=asked.viewer)
        content = whole(slides, title=title, template=template)
    written(content, output)
    click.echo(f"{output}: {len(slides)} slides.")


@click.command("exhibit")
@click.argument("page", type=click.Choice([entry.file for entry in SHOWING]))
@click.argument("key")
@click.option("--view", help="View of the page, as its control names it.")
@click.option("--with", "link", multiple=True, type=Parameter(), help="Parameter of the link.")
@click.option("--format", "kind", type=click.Choice(KINDS), default="csv", show_default=True)
@filtered
def exhibit_command(
    *,
    page: str,
    key: str,
    view: str | None,
    link: Sequence[tuple[str, str]],
    kind: str,
    viewer: str | None,
    output: Path,
    warehouse: str | None,
    **filters: object,
) -> None:
    """Write one exhibit of a page: its rows or its picture.

    KEY is the exhibit's, as in the names of downloaded files; a wrong one lists those there are.
    """
    with asking(warehouse, viewer, chosen_of(filters)) as asked:
        opened = asked.opened(page, view, dict(link))

        def taken(shown: Shown) -> bytes:
            exhibit, among = pinned(shown, key)
            content = made(exhibit, among, kind, reading=shown.of_what)
            source, rows = exhibit.source, len(exhibit.frame)
            _noted(source.question, among, source.params, file=output.name, rows=rows)
            return content

        content = shown_on(opened, taken, viewer=asked.viewer)
    written(content, output)


def _noted(
    subject: str, among: Filters, params: Mapping[str, object], *, file: str, rows: int
) -> None:
    """Write down who takes a file away, before it is given; inside a run of the viewer's."""
    visitor.open_page("command line")
    noting.noted("export", subject, filters=filters_of(among, params, file=file), rows=rows)


def chosen_of(filters: Mapping[str, object]) -> Chosen:
    """Global filters of the options of a command."""
    day = filters.get("as_of")
    return Chosen(
        as_of=day if isinstance(day, date) else None,
        **{name: filters[name] for name in ("quarter", "policy", "segment", "region", "csm")},  # type: ignore[arg-type]
    )

"""``map``: a company's own tables as those of the contract."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click
import polars as pl

from dashboard.commands.mapped import as_json, as_text, changes_as_text, table_of
from dashboard.commands.options import DAY, Command, file_of, settings_with, warehouse_option
from dashboard.ingest.sources import UnreadableFileError
from dashboard.mapping import (
    Mapped,
    MappedLoad,
    MappingError,
    above,
    answers,
    conflicts,
    costs,
    decisions,
    difference,
    filled_by,
    filled_in,
    held,
    load,
    mappings_in,
    meter,
    proposal,
    suggestions,
    twins,
)
from dashboard.mapping.asking import accounts_of, resolved, schemas_of
from dashboard.mapping.comparing import DIFFERENCE
from dashboard.mapping.dialects import DIALECTS, Dialect
from dashboard.mapping.identity import IDENTITY_FILE, IdentityFileError
from dashboard.mapping.source_files import opened, sample
from dashboard.mapping.statements import view_statements
from dashboard.mapping.suggesting import likely_table
from dashboard.spelled import spelled
from dashboard.warehouse.base import WarehouseError

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


def _folders(command: Command) -> Command:
    named = click.argument("folders", type=_FOLDER, nargs=-1, required=True)
    aside = click.option(
        "--without",
        multiple=True,
        metavar="FOLDER/TABLE",
        help="Leave a mapping aside, such as stripe/accounts; may be repeated.",
    )
    return named(aside(command))


_source = click.option(
    "--source",
    "place",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder of files, or DuckDB file, with the source's tables.",
)
_identity = click.option(
    "--identity", "identity_file", type=_FILE, help=f"What people decided, as {IDENTITY_FILE}."
)


@click.group("map")
def map_command() -> None:
    """Fill the contract's tables from a CRM's, billing's or telemetry's own: docs/mapping.md."""


@map_command.command("check")
@_folders
def check_command(folders: tuple[Path, ...], without: tuple[str, ...]) -> None:
    """Say what is wrong with the mappings of FOLDERS; exit code 1 where anything is."""
    for one in _mappings(folders, without):
        click.echo(f"{one.name}: {len(one.mapping.columns)} columns of {one.table}")


@map_command.command("sql")
@_folders
@click.option("--dialect", type=click.Choice(DIALECTS), default="snowflake", show_default=True)
@click.option("--faults", is_flag=True, help="Views of what could not be read, too.")
def sql_command(
    folders: tuple[Path, ...], without: tuple[str, ...], dialect: Dialect, faults: bool
) -> None:
    """Print the statements that make a view of each contract table in a warehouse."""
    click.echo("\n\n".join(view_statements(_mappings(folders, without), dialect, faults=faults)))


@map_command.command("load")
@_folders
@_source
@_identity
@click.option("--beside", type=_FOLDER, help="Folder of files in the contract's shape to add.")
@click.option("--as-of", type=DAY, help="The day the data speak for. Default: today.")
@click.option("--quarantine", is_flag=True, help="Load what keeps the rules, keep the rest aside.")
@click.option("--dry-run", is_flag=True, help="Only show what would be different.")
@click.option(
    "--ask-above",
    type=click.FloatRange(0),
    help="Ask where rows or amounts of a table change by more than this share. Default: settings.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@warehouse_option
def load_command(  # noqa: PLR0917 -- click passes by keyword
    folders: tuple[Path, ...],
    without: tuple[str, ...],
    place: Path,
    identity_file: Path | None,
    beside: Path | None,
    as_of: date | None,
    quarantine: bool,
    dry_run: bool,
    ask_above: float | None,
    yes: bool,
    form: str,
    warehouse: str | None,
) -> None:
    """Load the source's tables through the mappings of FOLDERS, by the rules of `import`.

    Says what was left out, what is unmapped and what differs from the last load. Exit code 1 where
    nothing was loaded.
    """
    settings = settings_with(warehouse)
    target, day = file_of(settings), as_of or datetime.now(UTC).date()
    tried = target.with_name(f".{target.name}.tried")
    mappings = _mappings(folders, without)
    decided = _decided(folders, identity_file)
    try:
        with _told():
            done = load(
                mappings,
                place,
                tried,
                policy=settings.policy,
                as_of=day,
                quarantine=quarantine,
                decided=decided,
                beside=beside,
                progress=lambda text: click.echo(f"  {text} ...", err=True),
            )
        changes = _changes(done, target, tried, day)
        said = as_json(done, changes) if form == "json" else as_text(done)
        click.echo(json.dumps(said, indent=1) if isinstance(said, dict) else said)
        if not done.report.loaded:
            raise SystemExit(1)
        if form == "text":
            click.echo(changes_as_text(changes))
        if dry_run:
            click.echo("Dry run: the warehouse stays as it was.", err=True)
            return
        share = settings.mapping.ask_above if ask_above is None else ask_above
        large = above(changes, share)
        if len(large) and not yes and not _agreed(large, share):
            click.echo("The warehouse stays as it was.", err=True)
            raise SystemExit(1)
        os.replace(tried, target)  # noqa: PTH105 -- the one call whose atomicity matters
    finally:
        tried.unlink(missing_ok=True)


@map_command.command("identity")
@_folders
@_source
@_identity
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for the suggestions, to be read and copied from.",
)
def identity_command(
    folders: tuple[Path, ...],
    without: tuple[str, ...],
    place: Path,
    identity_file: Path | None,
    output: Path | None,
) -> None:
    """Tell which ids of the sources contradict each other, and which may be one company."""
    mappings = _mappings(folders, without)
    with _told(), opened(place, sorted(schemas_of(mappings).items())) as sources:
        identities = resolved(mappings, sources, _decided(folders, identity_file))
        accounts = accounts_of(mappings, sources)
    likely = twins(identities, accounts)
    click.echo(table_of("Conflicts", conflicts(identities, accounts)))
    click.echo(table_of("May be the same company", likely))
    if output is not None:
        likely.write_csv(output)


@map_command.command("suggest")
@click.argument("file", type=_FILE)
@click.option("--table", help="Contract table that it shall fill. Default: the likeliest.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the proposal, such as mapping/accounts.yaml. Default: the screen.",
)
def suggest_command(file: Path, table: str | None, output: Path | None) -> None:
    """Propose a mapping for an unknown FILE, with a confidence for each column.

    A proposal is refused by every other command until its line `accepted: false` is taken away.
    """
    with _told():
        rows = sample(file)
    try:
        chosen = table or likely_table(rows.columns, file.stem)
        text = proposal(suggestions(rows, chosen), chosen, file.stem)
    except KeyError as error:
        raise click.UsageError(f"There is no table {error} in the contract.") from error
    if output is None:
        click.echo(text, nl=False)
    elif output.exists():
        raise click.UsageError(f"{output.name} is there already; nothing was written.")
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output.name}: a proposal for {chosen}. Read it before you accept it.")


@map_command.command("complete")
@click.argument("folders", type=_FOLDER, nargs=-1)
@click.option("--page", help="Show the single questions of a page.")
@warehouse_option
def complete_command(folders: tuple[Path, ...], page: str | None, warehouse: str | None) -> None:
    """Tell page by page what can be answered, and which tables and columns are missing.

    Of the mappings in FOLDERS where any is given, else of the warehouse.
    """
    if folders:
        filled = filled_by(_mappings(folders, ()))
    else:
        file = file_of(settings_with(warehouse))
        if not file.is_file():
            raise click.ClickException(f"There is no warehouse file {file.name}.")
        try:
            filled = filled_in(file)
        except WarehouseError as error:
            raise click.ClickException(str(error)) from error
    answered = answers(filled)
    if page is None:
        pages = spelled(meter(answered), complete=("complete", "{:.0%}".format))
        click.echo(table_of("Pages", pages.drop("missing_tables", "missing_columns")))
        click.echo(table_of("What is missing, and the answers it costs", costs(answered)))
        return
    chosen = answered.filter(pl.col("page").str.to_lowercase() == page.lower())
    if chosen.is_empty():
        raise click.UsageError(f"There is no page {page!r}.")
    click.echo(table_of(page, chosen.drop("page"), longest=1000))


def _mappings(folders: tuple[Path, ...], without: tuple[str, ...]) -> list[Mapped]:
    try:
        return mappings_in(folders, without=without)
    except MappingError as error:
        raise click.ClickException(str(error)) from error


def _decided(folders: tuple[Path, ...], file: Path | None) -> pl.DataFrame | None:
    """The file named, else those that lie in the folders."""
    files = (
        [file] if file else [path for each in folders if (path := each / IDENTITY_FILE).exists()]
    )
    try:
        return pl.concat([decisions(each) for each in files]) if files else None
    except IdentityFileError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong with a source as a message and exit code 1."""
    try:
        yield
    except (MappingError, UnreadableFileError) as error:
        raise click.ClickException(str(error)) from error


def _changes(done: MappedLoad, target: Path, tried: Path, day: date) -> pl.DataFrame:
    """What differs from the last load; nothing before the first."""
    if not done.report.loaded or not target.is_file():
        return pl.DataFrame(schema=DIFFERENCE)
    try:
        return difference(held(target, day), held(tried, day))
    except WarehouseError as error:
        click.echo(f"{error} It will be replaced.", err=True)
        return pl.DataFrame(schema=DIFFERENCE)


def _agreed(large: pl.DataFrame, share: float) -> bool:
    names = ", ".join(large["table_name"])
    return click.confirm(f"{names}: changed by more than {share:.0%}. Load it?", err=True)

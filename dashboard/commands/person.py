"""``person``: what is held on somebody in reviews and one-on-ones, and taking it out."""

from datetime import date

import click
import polars as pl

from dashboard.access import EVERYTHING
from dashboard.commands.ask import default_as_of
from dashboard.commands.log import note
from dashboard.commands.options import settings_with, warehouse_option
from dashboard.filters import Filters
from dashboard.formats import count_of
from dashboard.ratings.held import Held, as_frame, as_json, loaded_rows
from dashboard.settings import Settings
from dashboard.store.base import StoreError
from dashboard.store.opening import open_store
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.opening import open_kept, open_warehouse
from dashboard.warehouse.viewers import members


@click.group()
def person() -> None:
    """Tell what is held on a PERSON, by e-mail address or member id, erase it, expire ratings.

    Leavers are found, too. The company's own tables are counted and never changed.
    """


@person.command()
@click.argument("who", metavar="PERSON")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@warehouse_option
def held(who: str, form: str, warehouse: str | None) -> None:
    """Everything the app's own database holds on a PERSON, and rows of the company's tables."""
    settings = settings_with(warehouse)
    try:
        member_id, _ = _found(settings, who)
        source = open_warehouse(settings)
        told = Held(
            open_store(settings).held_on(member_id),
            loaded_rows(member_id, lambda query: query(source, EVERYTHING, Filters(date.max))),
        )
        rows = len(told.stored)
        note(settings, "view", f"held on {member_id}", filters="{}", rows=rows, viewer=None)
    except (StoreError, WarehouseError) as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(as_json(told, member_id))
        return
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=-1, fmt_str_lengths=1_000):
        click.echo(as_frame(told))
    for table, rows in told.loaded.items():
        click.echo(f"{table}: {count_of(rows, 'row')}")


@person.command()
@click.argument("who", metavar="PERSON")
@click.option("--name", help="The person's name, typed to confirm. Asked for where it is missing.")
@warehouse_option
def erase(who: str, name: str | None, warehouse: str | None) -> None:
    """Take everything on a PERSON out of the app's own database, for good."""
    settings = settings_with(warehouse)
    try:
        member_id, known = _found(settings, who)
        typed = name or click.prompt(f"Type the name of {member_id} to erase what is held")
        if typed.strip() != known.strip():
            raise click.UsageError("That is not the person's name: nothing was erased.")
        gone = open_store(settings).erase(member_id)
        kept = open_kept(settings)
        copies = kept.forget() if kept is not None else 0
    except (StoreError, WarehouseError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException("The kept answers could not be deleted.") from error
    for kind, rows in gone.items():
        click.echo(f"{kind.replace('_', ' ')}: {count_of(rows, 'row')} erased")
    click.echo(f"answers kept on disk, which may name the person: {copies:,} deleted")
    click.echo("The company's own tables were not changed; the audit log holds ids.")


@person.command()
@warehouse_option
def expire(warehouse: str | None) -> None:
    """Take ratings and calibrations out that are older than the settings keep them."""
    settings = settings_with(warehouse)
    try:
        today = default_as_of(settings, open_warehouse(settings))
        before = settings.policy.talent.kept_since(today)
        gone = open_store(settings).expire_talent(before)
    except (StoreError, WarehouseError) as error:
        raise click.ClickException(str(error)) from error
    for kind, rows in gone.items():
        click.echo(f"{kind}: {count_of(rows, 'row')} of before {before} taken out")


def _found(settings: Settings, who: str) -> tuple[str, str]:
    """Member id and name of whoever has the address or the id, leavers too."""
    people = members(open_warehouse(settings), date.max)
    found = people.filter(
        (pl.col("member_id") == who) | (pl.col("email").str.to_lowercase() == who.lower())
    )
    if len(found) != 1:
        raise click.UsageError(f"{who} is not the address or id of one team member.")
    return str(found["member_id"][0]), str(found["name"][0])

"""``demo``, ``import`` and ``check``: filling a warehouse and looking for broken rules."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import click

from dashboard.commands.options import DAY, file_of, settings_with, warehouse_option
from dashboard.demo import build_demo
from dashboard.ingest import check_warehouse, import_folder
from dashboard.ingest.report import as_text, violations_as_text
from dashboard.settings import Settings
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.readiness import shortcomings


def _say(text: str) -> None:
    click.echo(f"  {text} ...", err=True)


@click.command()
@click.option("--accounts", type=click.IntRange(20, 1_000_000), default=500, show_default=True)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--as-of", type=DAY, help="The day the company speaks for. Default: today.")
@warehouse_option
def demo(accounts: int, years: int, seed: int, as_of: date | None, warehouse: str | None) -> None:
    """Build the demo company: the same seed and date give the same company."""
    settings = settings_with(warehouse)
    target = file_of(settings)
    day = as_of or datetime.now(UTC).date()
    build_demo(
        target,
        policy=settings.policy,
        as_of=day,
        seed=seed,
        accounts=accounts,
        years=years,
        progress=_say,
    )
    click.echo(f"Demo company of {accounts:,} accounts as of {day} is in {target.name}.")


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as-of", type=DAY, help="The day the data speak for. Default: today.")
@click.option(
    "--quarantine",
    is_flag=True,
    help="Load what keeps the rules, and keep the refused rows in quarantine.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@warehouse_option
def import_command(
    folder: Path, as_of: date | None, quarantine: bool, form: str, warehouse: str | None
) -> None:
    """Load a FOLDER of CSV, Parquet and Excel files named after the tables of the contract.

    Any broken rule stops the load and leaves the warehouse as it was (exit code 1), unless
    --quarantine is given.
    """
    settings = settings_with(warehouse)
    report = import_folder(
        folder,
        file_of(settings),
        policy=settings.policy,
        as_of=as_of or datetime.now(UTC).date(),
        quarantine=quarantine,
        progress=_say,
    )
    click.echo(json.dumps(report.as_json(), indent=1) if form == "json" else as_text(report))
    if not report.loaded:
        raise SystemExit(1)


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@warehouse_option
def check(form: str, warehouse: str | None) -> None:
    """Look for rows that break a rule of the contract; exit code 1 where there are any.

    In Snowflake and PostgreSQL look for what the app needs and does not find: role, tables,
    columns, types, derived tables that follow the data, limits and clock.
    """
    settings = settings_with(warehouse)
    if not settings.in_file:
        _check_readiness(settings, form)
        return
    try:
        violations = check_warehouse(file_of(settings), policy=settings.policy)
    except WarehouseError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(json.dumps([each.as_json() for each in violations], indent=1))
    else:
        click.echo(violations_as_text(violations))
    if violations:
        raise SystemExit(1)


def _check_readiness(settings: Settings, form: str) -> None:
    try:
        found = shortcomings(open_warehouse(settings), settings)
    except WarehouseError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=1))
    else:
        for each in found:
            click.echo(f"{'Missing' if each.serious else 'Note'}: {each.sentence}")
    if any(each.serious for each in found):
        raise SystemExit(1)
    if form == "text":
        click.echo("Nothing is missing.")

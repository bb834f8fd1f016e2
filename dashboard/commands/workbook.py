"""``workbook``: the retention workbook on the command line, by the code of the page's menu."""

from datetime import date
from pathlib import Path

import click

from dashboard.audit import filters_of
from dashboard.commands.ask import default_as_of, viewer_and_scope
from dashboard.commands.log import note
from dashboard.commands.options import narrowed, settings_with, viewer_option, warehouse_option
from dashboard.commands.output import written
from dashboard.exports.workbook import workbook, workbook_frames
from dashboard.filters import Filters
from dashboard.formats import count_of
from dashboard.policies import policy_named
from dashboard.store.base import StoreError
from dashboard.store.opening import open_store
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.opening import open_warehouse


@click.command("workbook")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, such as retention.xlsx.",
)
@click.option("--policy", metavar="NAME", help="Retention policy. Default: the company's.")
@narrowed
@viewer_option
@warehouse_option
def workbook_command(  # noqa: PLR0917 -- click passes by keyword
    output: Path,
    as_of: date | None,
    policy: str | None,
    segment: tuple[str, ...],
    region: tuple[str, ...],
    csm: tuple[str, ...],
    viewer: str | None,
    warehouse: str | None,
) -> None:
    """Write bridge, retention, renewals and forecast with live formulas over the account rows.

    Without --viewer the operator asks, who may see everything.
    """
    settings = settings_with(warehouse)
    try:
        source = open_warehouse(settings)
        day = as_of or default_as_of(settings, source)
        person, scope = viewer_and_scope(source, viewer, day)
        chosen = policy_named(policy, settings.policy, open_store(settings)) if policy else None
        among = Filters(day, segments=segment, regions=region, csm_ids=csm)
        frames = workbook_frames(source, scope, among, policy=chosen, viewer=person)
        accounts = frames.customers["account_id"].n_unique()
        told = filters_of(among, {"policy": frames.policy}, file=output.name)
        note(settings, "export", "workbook", filters=told, rows=accounts, viewer=person)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except (WarehouseError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    written(workbook(frames), output)
    click.echo(
        f"{output.name}: {count_of(accounts, 'account')} as of {day}, {frames.policy.title}."
    )

"""``digest``: what one person should know and do, by mail or chat, with that person's rights."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from stamina.instrumentation import LoggingOnRetryHook, set_on_retry_hooks

from dashboard.access import EVERYTHING, ROLES
from dashboard.commands.ask import default_as_of
from dashboard.commands.options import DAY, narrowed, settings_with, warehouse_option
from dashboard.digest.recipients import recipients
from dashboard.digest.run import Run
from dashboard.filters import Filters
from dashboard.queries import accounts
from dashboard.store.base import StoreError
from dashboard.store.opening import open_store
from dashboard.warehouse.base import Warehouse, WarehouseError
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.viewers import members


@click.command()
@click.option(
    "--to",
    "wanted",
    multiple=True,
    required=True,
    metavar="ROLE|EMAIL",
    help=f"Whom to send to: an address, or everyone who is {', '.join(ROLES)}; may be repeated.",
)
@click.option("--since", type=DAY, help="Tell what changed after this day.")
@click.option(
    "--days", type=click.IntRange(1), help="The same in days back. [default: digest.days]"
)
@narrowed
@click.option(
    "--dry-run",
    "folder",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write .txt, .html and .eml files there instead of sending anything.",
)
@click.option("--again", is_flag=True, help="Send what was sent already.")
@warehouse_option
def digest(  # noqa: PLR0917 -- click passes by keyword
    wanted: tuple[str, ...],
    since: date | None,
    days: int | None,
    segment: tuple[str, ...],
    region: tuple[str, ...],
    csm: tuple[str, ...],
    as_of: date | None,
    folder: Path | None,
    again: bool,
    warehouse: str | None,
) -> None:
    """Send what changed, what is at stake and what to do, each with the recipient's own rights.

    The end is a report of what was sent, skipped and failed; exit code 1 where anything failed or
    could not be answered.
    """
    # What is tried again is said beside the report, not in it.
    set_on_retry_hooks([LoggingOnRetryHook])
    settings = settings_with(warehouse)
    if settings.sign_in.enabled and settings.sign_in.role_from == "claim":
        raise click.UsageError(
            "Roles come from the groups of the sign-in (sign_in.role_from), which only a sign-in "
            "tells: nobody's rights are known here, so nobody can be told anything."
        )
    if since and days:
        raise click.UsageError("Give --since or --days, not both.")
    for each in wanted:
        if each not in ROLES and "@" not in each:
            raise click.UsageError(
                f"{each!r} is neither a role ({', '.join(ROLES)}) nor an address."
            )
    try:
        source, store = open_warehouse(settings), open_store(settings)
        day = as_of or default_as_of(settings, source)
        compared = since or day - timedelta(days=days or settings.digest.days)
        if compared >= day:
            raise click.UsageError(
                f"{compared} is not before {day}: nothing can have changed since."
            )
        among = Filters(day, segments=segment, regions=region, csm_ids=csm)
        _refuse_unknown(source, among)
        rights_on = max(default_as_of(settings, source), datetime.now(UTC).date())
        people = members(source, rights_on)
    except (WarehouseError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    run = Run(
        source,
        store,
        people,
        settings.digest,
        among,
        compared,
        rights_on,
        again=again,
        folder=folder,
    )
    found: Counter[str] = Counter()
    well = True
    for outcome in run.outcomes(recipients(people, wanted, rights_on)):
        click.echo(f"{outcome.state:<8} {outcome.recipient}: {outcome.why}")
        found[outcome.state] += 1
        well = well and outcome.is_well
    states = [f"{number} {state}" for state, number in sorted(found.items())]
    click.echo(f"{among.sentence()}, changes after {compared}: {', '.join(states) or 'nobody'}")
    if not well:
        raise SystemExit(1)


def _refuse_unknown(source: Warehouse, among: Filters) -> None:
    """A filter that nobody has is a slip of the pen: everyone would be told of nothing."""
    if among == among.unfiltered():
        return
    offered = accounts.filter_choices(source, EVERYTHING, Filters(among.as_of))
    known = set(offered.select("filter", "value").iter_rows())
    for name, values in (
        ("segment", among.segments),
        ("region", among.regions),
        ("csm", among.csm_ids),
    ):
        for value in values:
            if (name, value) not in known:
                raise click.UsageError(f"There is no {name} {value!r}.")

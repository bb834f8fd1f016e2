"""``round-trips``: what each view of each page asks of the warehouse, and what a week costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import click

from dashboard import answering, visitor
from dashboard.access import Viewer
from dashboard.commands.options import warehouse_option
from dashboard.navigation import SHOWING
from dashboard.shown import Shown
from dashboard.takeaway.commands import asking
from dashboard.takeaway.offscreen import Chosen, Opened, shown_on
from dashboard.warehouse.base import Answered
from dashboard.warehouse.cost import Assumptions, Week, week

GIVEN: Final = Assumptions()
FRAME: Final = frozenset(
    {"access/members", "account/choices", "accounts/filter_choices", "accounts/without_rate"}
)
"""Questions around every page or every account: asked once for all of them, and not counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a view asked when nothing was remembered, and when it was opened again."""

    page: str
    view: str
    round_trips: int
    size: int
    """Bytes of the answers in memory."""
    again: int


def round_trips(pages: tuple[str, ...], viewer: Viewer | None) -> Iterator[Asked]:
    """Every view of the pages that exist for a viewer."""
    for entry in SHOWING:
        if (pages and entry.file not in pages) or not entry.may_open(viewer):
            continue
        views = shown_on(Opened(entry), _views, viewer=viewer)
        for view in views or [""]:
            opened = Opened(entry, link={"view": view} if view else {})
            answering.forget()
            first, again = (_answers(opened, viewer) for _ in range(2))
            size = sum(answer.size for answer in first)
            yield Asked(entry.title, view, len(first), size, len(again))


def _answers(opened: Opened, viewer: Viewer | None) -> list[Answered]:
    heard: list[Answered] = []
    listeners = visitor.warehouse().source.listeners
    listeners.append(heard.append)
    try:
        shown_on(opened, _views, viewer=viewer)
    finally:
        listeners.clear()
    return [answer for answer in heard if answer.question not in FRAME]


def _views(shown: Shown) -> list[str]:
    return list(shown.views)


@click.command("round-trips")
@click.option(
    "--page", "pages", multiple=True, type=click.Choice([each.file for each in SHOWING]),
    help="A page; may be repeated. Without one, all.",
)  # fmt: skip
@click.option("--viewer", metavar="EMAIL", help="As this team member; without, as the operator.")
@click.option("--viewers", default=GIVEN.viewers, show_default=True)
@click.option("--views-a-day", default=GIVEN.views_a_day, show_default=True, help="Of one viewer.")
@click.option("--days", default=GIVEN.days, show_default=True, help="Days of a week.")
@click.option("--hours", default=GIVEN.hours, show_default=True, help="Hours of use in a day.")
@click.option(
    "--again", default=GIVEN.again, show_default=True, help="Share of views opened again."
)
@click.option("--seconds-a-question", default=GIVEN.seconds_a_question, show_default=True)
@click.option("--suspend-after", default=GIVEN.suspend_after, show_default=True, help="Seconds.")
@click.option("--credits-an-hour", default=GIVEN.credits_an_hour, show_default=True,
              help="Of the size of the virtual warehouse.")  # fmt: skip
@click.option("--loads-a-day", default=GIVEN.loads_a_day, show_default=True)
@click.option("--seconds-a-load", default=GIVEN.seconds_a_load, show_default=True)
@click.option("--credit-price", type=float, help="What a credit costs you; without, no money.")
@warehouse_option
def round_trips_command(
    pages: tuple[str, ...],
    viewer: str | None,
    credit_price: float | None,
    warehouse: str | None,
    **assumed: float,
) -> None:
    """Count what every view of the pages asks of the warehouse, and reckon a week on Snowflake.

    The answers are kept for 15 minutes: 'again' is what opening a view anew within them asks. What
    is asked for the frame around every page is asked once, and left out.
    """
    given = Assumptions(**assumed)  # type: ignore[arg-type]
    found = []
    with asking(warehouse, viewer, Chosen()) as asked:
        click.echo(f"{'Page':<22}{'View':<26}{'Round trips':>11}{'kB':>9}{'Again':>7}")
        for each in round_trips(pages, asked.viewer):
            found.append(each)
            click.echo(
                f"{each.page:<22}{each.view:<26}{each.round_trips:>11}"
                f"{each.size / 1000:>9,.0f}{each.again:>7}"
            )
    if found:
        mean = sum(each.round_trips for each in found) / len(found)
        click.echo(f"\n{mean:.1f} round trips a view.\n")
        click.echo(_told(week(mean, given), given, credit_price))


def _told(found: Week, given: Assumptions, price: float | None) -> str:
    lines = [
        f"A week of {given.viewers} viewers with {given.views_a_day:g} views a day each, on "
        f"{given.days} days, over {given.hours:g} hours,",
        f"{given.again:.0%} of them opened again; {given.seconds_a_question:g} s a question; a "
        f"virtual warehouse of {given.credits_an_hour:g} credits an hour",
        f"that suspends after {given.suspend_after:g} s; {given.loads_a_day:g} loads a day of "
        f"{given.seconds_a_load:g} s:",
        f"  views          {found.views:>10,.0f}",
        f"  round trips    {found.round_trips:>10,.0f}",
        f"  hours asked    {found.hours_asked:>10,.1f}",
        f"  hours loaded   {found.hours_loaded:>10,.1f}",
        f"  credits        {found.used:>10,.1f}",
    ]
    if price is not None:
        lines.append(f"  cost           {found.used * price:>10,.2f}")
    return "\n".join(lines)

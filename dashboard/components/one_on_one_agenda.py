"""One-on-one, the agenda: what the meeting goes through, on one or two sheets of paper."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, asked_if_loaded, together
from dashboard.charts.palette import WORDS as BANDS
from dashboard.components.cards import exhibit_card, kpi, kpi_note, kpi_row
from dashboard.components.links import account_addresses
from dashboard.components.one_on_one import (
    NUMBERS,
    Opened,
    lacking,
    last_meeting,
    nobody,
    rules,
)
from dashboard.exhibit import Exhibit, Source
from dashboard.filters import Filters
from dashboard.findings import one_on_one as findings
from dashboard.findings import overview as changes_findings
from dashboard.formats import NOT_AVAILABLE, Unit, count_of, visible
from dashboard.queries import expansion, overview, plans, renewals
from dashboard.queries import one_on_one as queries
from dashboard.session import policy

LINES: Final = 8
"""Rows of a table on paper; the table behind it has all."""


NOT_CONFIRMED: Final = ("never validated", "validated too long ago")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda: its rows as they read, and all of them behind."""

    key: str
    title: str
    definition: str
    frame: pl.DataFrame
    source: Source
    headings: tuple[str, ...]
    lines: Sequence[Sequence[str]]
    """Cells of each row after the account's name."""
    accounts: Sequence[tuple[str | None, str | None]]
    """Id and name of the account of each row."""


def agenda(opened: Opened) -> None:
    """The numbers, then every item in a compact table."""
    since, among = last_meeting(), opened.among
    currency, calendar = policy().reporting_currency, policy().calendar
    quarters = calendar.periods_from(among.as_of, "quarter", 2)
    both = among.window(quarters[0].start_on, quarters[-1].end_on)
    accounts, changes, due, offers, objectives = together(
        asked(queries.accounts, among),
        asked(overview.changes, among, compared_on=since),
        asked_if_loaded(renewals.due, both),
        asked_if_loaded(expansion.open_opportunities, among),
        asked_if_loaded(plans.objectives, among),
    )
    objectives = objectives.filter(
        pl.col("validation").is_in(NOT_CONFIRMED), holder="customer"
    ).sort("last_validated_on", nulls_last=False, maintain_order=True)
    if accounts.is_empty():
        nobody(opened)
        return
    with kpi_row():
        for metric in NUMBERS:
            kpi(metric, accounts)
    kpi_note(f"One-on-one with {opened.name} on {among.as_of:%-d %b %Y}.")

    def money(amount: object) -> str:
        return Unit.MONEY.text(amount, currency=currency)  # type: ignore[arg-type]

    day = f"{since:%-d %b %Y}"
    stories = changes_findings.told(changes, most=LINES, currency=currency)
    told = (*stories.moved, *stories.at_stake)
    pressing = accounts.filter(pl.col("bucket").is_in(["red", "silent"]))
    waiting = due.sort(pl.col("status") != "open", "due_on", maintain_order=True)
    items = (
        Item(
            "agenda_changes",
            changes_findings.changed(changes, day, currency=currency),
            f"What changed after {day}: the accounts whose ARR moved most, then those where most "
            "is at stake. All changes are in the table.",
            changes,
            Source("overview/changes", {"compared_on": since}),
            ("What changed",),
            [(f"{story.text[:1].upper()}{story.text[1:]}",) for story in told],
            [(story.account_id, story.account_name) for story in told],
        ),
        Item(
            "agenda_pressing",
            findings.pressing(accounts, currency=currency),
            f"Red and silent customers, the largest first. {rules()}",
            pressing,
            Source("one_on_one/accounts"),
            ("ARR", "Health", "Last touch", "Next renewal"),
            [
                (money(row["arr"]), _health(row), _day(row["last_touch_on"], "never"),
                 _day(row["next_renewal_on"], "none ahead"))
                for row in pressing.head(LINES).rows(named=True)
            ],
            _named(pressing),
        ),
        Item(
            "agenda_renewals",
            findings.renewals(due, currency=currency),
            f"Renewals due in {quarters[0].label} and {quarters[1].label}, open ones first, the "
            "soonest on top.",
            waiting,
            Source("renewals/due"),
            ("ARR due", "Due", "State", "CSM's call", "Health"),
            [
                (money(row["arr_due"]), _day(row["due_on"]), _words(row["status"]),
                 _words(row["forecast_category"]), BANDS[row["health_band"] or "not scored"])
                for row in waiting.head(LINES).rows(named=True)
            ],
            _named(waiting),
        ),
        Item(
            "agenda_offers",
            findings.offers(offers, currency=currency),
            "Opportunities open on the as-of date at the accounts of the book, the soonest to "
            "close first; those of accounts that are no customers, and the CSM's own without an "
            "account, are here and not in the card above.",
            offers,
            Source("expansion/open_opportunities"),
            ("Amount", "Kind", "Stage", "Expected"),
            [
                (money(row["amount"]), _words(row["kind"]), visible(row["stage"] or NOT_AVAILABLE),
                 _day(row["expected_close_on"]))
                for row in offers.head(LINES).rows(named=True)
            ],
            _named(offers),
        ),
        Item(
            "agenda_objectives",
            findings.objectives(objectives, policy().success_plans.validated_within_days),
            "Objectives neither attained nor missed that nobody has confirmed for more than "
            f"{policy().success_plans.validated_within_days} days, never confirmed ones first.",
            objectives,
            Source("plans/objectives"),
            ("Objective", "Status", "Due", "Confirmed"),
            [
                (visible(row["goal"]), _words(row["status"]), _day(row["due_on"], "no day"),
                 _day(row["last_validated_on"], "never"))
                for row in objectives.head(LINES).rows(named=True)
            ],
            _named(objectives),
        ),
    )  # fmt: skip
    for item in items:
        _card(item, both if item.key == "agenda_renewals" else among)
    lacking()


def _card(item: Item, among: Filters) -> None:
    left = len(item.frame) - len(item.lines)
    if item.key == "agenda_changes":
        left = 0  # A line tells several changes of one account: the title counts them.

    def table() -> None:
        if item.lines:
            st.html(_table(item))
        if left:
            st.caption(f"{count_of(left, 'more row', 'more rows')}: in the table and downloads.")

    exhibit_card(
        Exhibit(
            key=item.key,
            title=item.title,
            definition=item.definition,
            frame=item.frame,
            source=item.source,
            lead=table,
        ),
        among,
    )


def _table(item: Item) -> str:
    """The rows as HTML, which prints whole; every cell is escaped."""
    addresses = account_addresses(item.accounts)
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Account", *item.headings))
    body = []
    for address, (_, name), cells in zip(addresses, item.accounts, item.lines, strict=True):
        shown = html.escape(visible(name or "No account"))
        link = f'<a href="{html.escape(address)}">{shown}</a>' if address else shown
        rest = "".join(
            f'<td data-heading="{html.escape(heading)}">{html.escape(cell)}</td>'
            for heading, cell in zip(item.headings, cells, strict=True)
        )
        body.append(f"<tr><td>{link}</td>{rest}</tr>")
    rows = "".join(body)
    return f'<table class="agenda"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _named(frame: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    return frame.head(LINES).select("account_id", "account_name").rows()


def _day(day: date | None, absent: str = NOT_AVAILABLE) -> str:
    return absent if day is None else f"{day:%-d %b %Y}"


def _words(code: str | None) -> str:
    text = visible(code or NOT_AVAILABLE).replace("_", " ")
    return text[:1].upper() + text[1:] if code else text


def _health(row: dict[str, object]) -> str:
    score = row["overall_score"]
    band = BANDS[str(row["health_band"] or "not scored")]
    return band if score is None else f"{band}, {score:.0f}"

"""One-on-one, the agenda: what the meeting goes through, written in, printed and taken away."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
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
    told_more,
)
from dashboard.components.one_on_one_lines import readable, sections, unreadable, written
from dashboard.exhibit import Exhibit, Source
from dashboard.exports import agenda as paper
from dashboard.filters import Filters
from dashboard.findings import one_on_one as findings
from dashboard.findings import overview as changes_findings
from dashboard.formats import NOT_AVAILABLE, Unit, count_of, visible
from dashboard.queries import expansion, plans, renewals
from dashboard.queries import one_on_one as queries
from dashboard.session import policy, sentence

LINES: Final = 8
"""Rows of a list on the screen; the table behind it has all, and paper what it holds."""
NOT_CONFIRMED: Final = ("never validated", "validated too long ago")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda: all of its rows as they read, and as they are behind."""

    key: str
    title: str
    definition: str
    frame: pl.DataFrame
    source: Source
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    """Parts of a hundred that each column takes on paper, the account's first."""
    lines: Sequence[Sequence[str]]
    """Cells of each row after the account's name."""
    accounts: Sequence[tuple[str | None, str | None]]
    """Id and name of the account of each row."""
    noun: str
    among: Filters

    def section(self) -> paper.Section:
        """The item as it stands on paper."""
        named = (visible(name or "No account") for _, name in self.accounts)
        return paper.Section(
            self.title,
            ("Account", *self.headings),
            self.widths,
            [(name, *cells) for name, cells in zip(named, self.lines, strict=True)],
            self.noun,
            "in the dashboard, One-on-one, Agenda",
        )


def agenda(opened: Opened) -> None:
    """The numbers, then every item in a compact table, then what was written."""
    since, among = last_meeting(opened), opened.among
    ahead, calendar = policy().renewal_watch.windows[0], policy().calendar
    end = calendar.periods_from(among.as_of, "quarter", 2)[-1].end_on
    until = among.window(None, max(end, among.as_of + timedelta(days=ahead + 1)))
    accounts, changes, due, offers, objectives = together(
        asked(queries.accounts, among),
        asked(queries.changes, among, compared_on=since),
        asked_if_loaded(renewals.due, until),
        asked_if_loaded(expansion.open_opportunities, among),
        asked_if_loaded(plans.objectives, among),
    )
    if accounts.is_empty():
        nobody(opened)
        return
    with kpi_row():
        for metric in NUMBERS:
            kpi(metric, accounts)
    kpi_note(f"One-on-one with {opened.name} on {among.as_of:%-d %b %Y}.")
    items = (
        _changed(changes, since, among),
        _pressing(accounts, among),
        _due(due.filter(status="open"), until),
        _offers(offers, among),
        _objectives(objectives, among),
    )
    for item in items:
        _card(item)
    lacking()
    _meeting(opened, since, accounts, items)


def _money(amount: object) -> str:
    return Unit.MONEY.text(amount, currency=policy().reporting_currency)  # type: ignore[arg-type]


def _changed(changes: pl.DataFrame, since: date, among: Filters) -> Item:
    currency, day = policy().reporting_currency, f"{since:%-d %b %Y}"
    stories = changes_findings.told(changes, most=2 * len(changes), currency=currency)
    # Who moved ARR and where most is at stake in turn: a list that is cut has some of both.
    told = [
        story
        for pair in zip_longest(stories.moved, stories.at_stake)
        for story in pair
        if story is not None
    ]
    return Item(
        "agenda_changes",
        changes_findings.changed(changes, day, currency=currency),
        f"What changed after {day}: in turn an account whose ARR moved and one where something is "
        f"at stake, the largest first. All changes are in the table.{told_more()}",
        changes,
        Source("one_on_one/changes", {"compared_on": since}),
        ("What changed",),
        (25, 75),
        [(f"{story.text[:1].upper()}{story.text[1:]}",) for story in told],
        [(story.account_id, story.account_name) for story in told],
        "account",
        among,
    )


def _pressing(accounts: pl.DataFrame, among: Filters) -> Item:
    pressing = accounts.filter(pl.col("bucket").is_in(["red", "silent"]))
    return Item(
        "agenda_pressing",
        findings.pressing(accounts, currency=policy().reporting_currency),
        f"Red and silent customers, the largest first. {rules()}",
        pressing,
        Source("one_on_one/accounts"),
        ("ARR", "Health", "Last touch", "Next renewal"),
        (36, 16, 16, 16, 16),
        [
            (_money(row["arr"]), _health(row), _day(row["last_touch_on"], "never"),
             _day(row["next_renewal_on"], "none ahead"))
            for row in pressing.rows(named=True)
        ],
        _named(pressing),
        "customer",
        among,
    )  # fmt: skip


def _due(due: pl.DataFrame, among: Filters) -> Item:
    days, currency = policy().renewal_watch.windows[0], policy().reporting_currency
    return Item(
        "agenda_renewals",
        findings.renewals(due, days, among.as_of, currency=currency),
        f"Open renewals due within {days} days, overdue ones included, and those until the end of "
        "the next fiscal quarter where that is later; the soonest on top.",
        due,
        Source("renewals/due"),
        ("ARR due", "Due", "CSM's call", "Health"),
        (36, 16, 16, 16, 16),
        [
            (_money(row["arr_due"]), _due_day(row["due_on"], among.as_of),
             _words(row["forecast_category"]), BANDS[row["health_band"] or "not scored"])
            for row in due.rows(named=True)
        ],
        _named(due),
        "renewal",
        among,
    )  # fmt: skip


def _offers(offers: pl.DataFrame, among: Filters) -> Item:
    return Item(
        "agenda_offers",
        findings.offers(offers, currency=policy().reporting_currency),
        "Opportunities open on the as-of date at the accounts of the book, the soonest to close "
        "first; those of accounts that are no customers, and the CSM's own without an account, "
        "are here and not in the card above.",
        offers,
        Source("expansion/open_opportunities"),
        ("Amount", "Kind", "Stage", "Expected"),
        (32, 14, 14, 24, 16),
        [
            (_money(row["amount"]), _words(row["kind"]), visible(row["stage"] or NOT_AVAILABLE),
             _day(row["expected_close_on"]))
            for row in offers.rows(named=True)
        ],
        _named(offers),
        "opportunity",
        among,
    )  # fmt: skip


def _objectives(objectives: pl.DataFrame, among: Filters) -> Item:
    days = policy().success_plans.validated_within_days
    rows = objectives.filter(pl.col("validation").is_in(NOT_CONFIRMED), holder="customer").sort(
        "last_validated_on", nulls_last=False, maintain_order=True
    )
    return Item(
        "agenda_objectives",
        findings.objectives(rows, days),
        f"Objectives neither attained nor missed that nobody has confirmed for more than {days} "
        "days, never confirmed ones first.",
        rows,
        Source("plans/objectives"),
        ("Objective", "Status", "Due", "Confirmed"),
        (30, 34, 12, 12, 12),
        [
            (visible(row["goal"]), _words(row["status"]), _day(row["due_on"], "no day"),
             _day(row["last_validated_on"], "never"))
            for row in rows.rows(named=True)
        ],
        _named(rows),
        "objective",
        among,
    )  # fmt: skip


@st.fragment
def _meeting(opened: Opened, since: date, accounts: pl.DataFrame, items: Sequence[Item]) -> None:
    """What was written and a form for more; the page of paper, which is not shown on a screen."""
    closed, lines = unreadable(opened), readable(opened)
    page = paper.Paper(
        title=f"One-on-one with {opened.name}, {opened.among.as_of:%-d %b %Y}",
        said=(f"As{sentence(opened.among).removeprefix('as')}; changes since {since:%-d %b %Y}.",),
        numbers=tuple(
            (metric.label, metric.unit.text(metric(accounts), currency=policy().reporting_currency))
            for metric in NUMBERS
        ),
        sections=(
            *(item.section() for item in items),
            *(sections(lines, since) if lines else ()),
        ),
        remarks=(closed,) if closed else (),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Agenda to take away",
            data=lambda: paper.document(page),
            file_name=f"one_on_one_{_file(opened.name)}_{opened.among.as_of}.html",
            mime="text/html",
            on_click="ignore",
            icon=":material/download:",
            key="agenda_html",
            help="One page of A4 as a file; the browser's Print gives the same page",
        )
        st.caption("One page of A4. Printing this view in the browser gives the same page.")
    if lines:
        written(opened, lines, opened.among.as_of)
    else:
        st.info(closed, icon=":material/lock:")
    with st.container(key="paper"):
        st.html(f"<style>{paper.STYLE}</style>")
        st.html(paper.body(page))


def _card(item: Item) -> None:
    left = len(item.lines) - LINES

    def table() -> None:
        if item.lines:
            st.html(_table(item))
        if left > 0:
            noun = f"more {item.noun}"
            st.caption(f"{count_of(left, noun)}: in the table and downloads.")

    exhibit_card(
        Exhibit(
            key=item.key,
            title=item.title,
            definition=item.definition,
            frame=item.frame,
            source=item.source,
            lead=table,
        ),
        item.among,
    )


def _table(item: Item) -> str:
    """The rows as HTML, which prints whole; every cell is escaped."""
    accounts, lines = item.accounts[:LINES], item.lines[:LINES]
    addresses = account_addresses(accounts)
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Account", *item.headings))
    body = []
    for address, (_, name), cells in zip(addresses, accounts, lines, strict=True):
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
    return frame.select("account_id", "account_name").rows()


def _file(name: str) -> str:
    """A name as a part of a file's name."""
    return re.sub(r"\W+", "_", name).strip("_").lower()[:40] or "csm"


def _due_day(day: date, as_of: date) -> str:
    return f"{_day(day)}, overdue" if day < as_of else _day(day)


def _day(day: date | None, absent: str = NOT_AVAILABLE) -> str:
    return absent if day is None else f"{day:%-d %b %Y}"


def _words(code: str | None) -> str:
    text = visible(code or NOT_AVAILABLE).replace("_", " ")
    return text[:1].upper() + text[1:] if code else text


def _health(row: dict[str, object]) -> str:
    score = row["overall_score"]
    band = BANDS[str(row["health_band"] or "not scored")]
    return band if score is None else f"{band}, {score:.0f}"

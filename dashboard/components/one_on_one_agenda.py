"""One-on-one, the agenda: what the meeting goes through, written in, printed and taken away."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard import noting
from dashboard.answers import asked, asked_if_loaded, together
from dashboard.audit import filters_of
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.links import account_addresses
from dashboard.components.one_on_one import (
    NUMBERS,
    Opened,
    absent_parts,
    lacking,
    last_meeting,
    nobody,
)
from dashboard.components.one_on_one_items import (
    Item,
    changed,
    objectives_unconfirmed,
    offers_open,
    pressing_ones,
    renewals_ahead,
)
from dashboard.components.one_on_one_lines import (
    left_out_of,
    readable,
    say_closed,
    sections,
    unreadable,
    written,
)
from dashboard.components.staleness import stale, stamped
from dashboard.exhibit import Exhibit
from dashboard.exports import agenda as paper
from dashboard.formats import count_of, visible
from dashboard.meetings import Lines
from dashboard.queries import expansion, plans, renewals
from dashboard.queries import one_on_one as queries
from dashboard.session import policy, sentence
from dashboard.shown import shown

LINES: Final = 8
"""Rows of a list on the screen; the table behind it has all, and paper what it holds."""


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
        changed(changes, since, among),
        pressing_ones(accounts, among),
        renewals_ahead(due.filter(status="open"), until),
        offers_open(offers, among),
        objectives_unconfirmed(objectives, among),
    )
    for item in items:
        _card(item)
    lacking()
    _meeting(opened, since, accounts, items)


@st.fragment
def _meeting(opened: Opened, since: date, accounts: pl.DataFrame, items: Sequence[Item]) -> None:
    """What was written and a form for more; the page of paper, which is not shown on a screen."""
    closed, lines = unreadable(opened), readable(opened)
    page = paper.Paper(
        title=f"One-on-one with {opened.name}, {opened.among.as_of:%-d %b %Y}",
        said=(
            *([age] if (age := stale()) else []),
            f"As{sentence(opened.among).removeprefix('as')}; changes since {since:%-d %b %Y}.",
        ),
        numbers=tuple(
            (metric.label, metric.unit.text(metric(accounts), currency=policy().reporting_currency))
            for metric in NUMBERS
        ),
        sections=(
            *(item.section() for item in items),
            *(sections(lines, since) if lines else ()),
        ),
        remarks=tuple(_remarks(lines, closed)),
    )
    shown().paper = page
    with st.container(horizontal=True, vertical_alignment="center"):
        file = stamped(f"one_on_one_{_file(opened.name)}_{opened.among.as_of}.html")
        st.download_button(
            "Agenda to take away",
            data=noting.taken_away(
                lambda: paper.document(page),
                f"one-on-one of {opened.member_id}",
                filters=filters_of(opened.among, {}, file=file),
                rows=len(accounts),
            ),
            file_name=file,
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
        say_closed(closed)
    with st.container(key="paper"):
        st.html(f"<style>{paper.STYLE}</style>")
        st.html(paper.body(page))


def _remarks(lines: Lines | None, closed: str) -> Iterator[str]:
    """What the page does not say, and why."""
    for what, table in absent_parts():
        yield f"{what} needs {table}, which your company has not loaded."
    if closed:
        yield closed
    if lines and lines.left_out:
        yield left_out_of(lines)


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


def _file(name: str) -> str:
    """A name as a part of a file's name."""
    return re.sub(r"\W+", "_", name).strip("_").lower()[:40] or "csm"

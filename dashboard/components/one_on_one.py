"""One-on-one: whose book is meant, what changed in it, what it looks like, and how it moves."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard import meetings
from dashboard.answers import asked, asked_if_loaded, together
from dashboard.charts import one_on_one as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.changes import FIRST_DAY, told_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import one_on_one as findings
from dashboard.formats import count_of, plain, visible
from dashboard.metrics import Metric
from dashboard.metrics import one_on_one as metrics
from dashboard.queries import one_on_one as queries
from dashboard.session import as_of, freshness, policy, theme, viewer

SENTENCES: Final = 8
DAYS_BETWEEN: Final = 7
"""Days since the last one-on-one where none is written down: they are weekly."""
NUMBERS: Final[tuple[Metric, ...]] = (
    metrics.customers,
    metrics.arr,
    metrics.red_arr,
    metrics.renewals_ahead,
    metrics.renewing_arr,
    metrics.open_expansion,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The book that is open: whose it is, and the filters that keep it."""

    member_id: str
    name: str
    among: Filters


def members(books: pl.DataFrame) -> dict[str, str]:
    """Names of the CSMs on offer by id, whoever has most ARR at red first.

    Takes the columns of ``queries.coverage.BY_CSM``. A CSM has nobody's book but the own.
    """
    held = (
        books.filter(pl.col("member_id").is_not_null())
        .with_columns(pl.col("name").fill_null(pl.col("member_id")))
        .group_by("member_id", "name")
        .agg(pl.col("arr_red").sum())
        .sort(["arr_red", "name", "member_id"], descending=[True, False, False], nulls_last=True)
    )
    who = viewer()
    if who is not None and who.role == "csm":
        held = held.filter(pl.col("member_id") == who.member_id)
    names = held["name"].to_list()
    return {
        member_id: visible(name if names.count(name) == 1 else f"{name} ({member_id})")
        for member_id, name in held.select("member_id", "name").iter_rows()
    }


def chosen_member(names: dict[str, str]) -> str:
    """The CSM of the link; where it names none on offer, the one with most ARR at red."""
    by_name = sorted(names, key=lambda each: (names[each].lower(), each))
    if st.session_state.get("member", by_name[0]) not in names:
        del st.session_state["member"]
    return str(
        st.selectbox(
            "CSM",
            by_name,
            index=by_name.index(next(iter(names))),
            format_func=names.__getitem__,
            key="member",
            bind="query-params",
            width=420,
        )
    )


def last_meeting(opened: Opened) -> date:
    """Day that is compared with, from the control: the last one-on-one unless one is chosen."""
    latest = as_of() - timedelta(days=1)
    lines = meetings.lines_of(opened.member_id, as_of())
    held = lines.last if lines else None
    usual = held or as_of() - timedelta(days=DAYS_BETWEEN)
    state = st.session_state
    chosen = state.get("since")
    # What nobody chose follows the person and the day; what a link or a hand chose stays.
    was_usual = chosen == state.get("since_usual") != usual
    if isinstance(chosen, date) and (was_usual or not FIRST_DAY <= chosen <= latest):
        del state["since"]
    state["since_usual"] = usual
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            "Since",
            value=usual,
            min_value=FIRST_DAY,
            max_value=latest,
            key="since",
            bind="query-params",
            width=220,
        )
        is_told = lines is not None and meetings.may_open(opened.member_id)
        st.caption(plain(_which(day, held, is_told=is_told)))
    return day if isinstance(day, date) else latest


def _which(day: object, held: date | None, *, is_told: bool) -> str:
    """What the day compared with is; to whom the notes are closed nothing is told of them."""
    if held is None:
        week = as_of() - timedelta(days=DAYS_BETWEEN)
        none = "No one-on-one before is written down. " if is_told else ""
        return f"{none}{week:%-d %b %Y} is a week before."
    if day == held:
        return f"The last one-on-one was held on {held:%-d %b %Y}."
    return f"A day of your choice; the last one-on-one was held on {held:%-d %b %Y}."


def rules() -> str:
    """The choices that place a customer, in a sentence."""
    return (
        "A customer stands in the first that holds: red by health; silent without a call, meeting, "
        f"e-mail or business review for more than {policy().one_on_one.silent_after_days} days "
        "(a note is none); renewing where an open renewal is due within "
        f"{policy().renewal_watch.windows[0]} days or overdue; expansion open where an opportunity "
        "is; else on course."
    )


def told_more() -> str:
    """What the changes of a one-on-one hold beside those of the overview, in sentences."""
    return (
        " Behind a crossing of health stands the measure that moved most, by the weights of the "
        f"policy. A renewal comes into the window {policy().renewal_watch.windows[0]} days before "
        "it is due."
    )


def nobody(opened: Opened) -> None:
    """The book is empty."""
    empty(
        f"{opened.name} holds no customer on {opened.among.as_of:%-d %b %Y}.",
        "Choose another CSM, take away a filter, or choose another as-of date.",
    )


def absent_parts() -> list[tuple[str, str]]:
    """What the page cannot say, with the table that was not loaded for it."""
    absent = freshness().absent
    return [
        (what, table)
        for what, table in (
            ("Health", "health_scores"),
            ("Who is silent", "timeline_entries"),
            ("Renewals ahead", "renewals"),
            ("Open expansion", "opportunities"),
        )
        if table in absent
    ]


def lacking() -> None:
    """Say what the page cannot say because its table was not loaded."""
    for what, table in absent_parts():
        missing_part(what, (table,))


def what_changed(opened: Opened) -> None:
    """Cards against the last one-on-one, and what changed since, in sentences."""
    since, among = last_meeting(opened), opened.among
    accounts, before, changes = together(
        asked(queries.accounts, among),
        asked(queries.accounts, replace(among, as_of=since)),
        asked(queries.changes, among, compared_on=since),
    )
    if accounts.is_empty() and changes.is_empty():
        nobody(opened)
        return
    with kpi_row():
        for metric in NUMBERS:
            kpi(metric, accounts, before=before, versus=f"{since:%-d %b %Y}")
    kpi_note(
        f"The book of {opened.name} on {among.as_of:%-d %b %Y} against the one held on "
        f"{since:%-d %b %Y}, each at the exchange rates of its day. Renewals are open and due "
        f"within {policy().renewal_watch.windows[0]} days, overdue ones included."
    )
    if changes.is_empty():
        empty(f"Nothing changed after {since:%-d %b %Y}.", "Choose an earlier day.")
    else:
        told_card(
            changes,
            among,
            since,
            most=SENTENCES,
            question="one_on_one/changes",
            more=told_more(),
        )
    lacking()
    left_out(
        (accounts["arr"].null_count(), "customer", "of unknown ARR"),
        (changes["account_id"].null_count(), "change", "of an opportunity without an account"),
        (changes["arr"].null_count(), "change", "of an amount or direction that is not known"),
    )


def book(opened: Opened) -> None:
    """Every customer in one bucket, and the worst of them by measure."""
    among = opened.among
    accounts, rows = together(asked(queries.accounts, among), asked_if_loaded(queries.book, among))
    if accounts.is_empty():
        nobody(opened)
        return
    currency = policy().reporting_currency
    with kpi_row():
        for metric in NUMBERS:
            kpi(metric, accounts)
    kpi_note(f"The book of {opened.name} on {among.as_of:%-d %b %Y}.")
    exhibit_card(
        Exhibit(
            key="one_on_one_buckets",
            title=findings.buckets(accounts, currency=currency),
            definition=f"Every customer of the book, each in one bar. {rules()}",
            frame=accounts,
            source=Source("one_on_one/accounts"),
            chart=charts.buckets(theme()),
            drawn=charts.bucketed(accounts),
            drill=Drill(
                keys=("bucket",),
                rows=lambda mark: accounts.filter(pl.col("bucket") == mark["bucket"]),
                source=Source("one_on_one/accounts"),
                noun="customer",
            ),
        ),
        among,
    )
    if rows.is_empty():
        lacking()
        return
    drawn = charts.heated(rows)

    def customer(mark: Mark) -> pl.DataFrame:
        return accounts.filter(pl.col("account_id") == mark["account_id"])

    total, shown = rows["account_id"].n_unique(), drawn["account_id"].n_unique()
    exhibit_card(
        Exhibit(
            key="one_on_one_book",
            title=findings.heat(rows),
            definition=(
                "Scores of the book's customers on the as-of date, the lowest overall score on "
                "top and those not scored last, each measure by its own thresholds. A measurement "
                f"older than {policy().health.stale_after_days} days is stale and counts in no "
                "score; none means never measured, or not scored."
            ),
            frame=rows,
            source=Source("one_on_one/book"),
            notes=(
                (
                    f"The worst {shown} of {count_of(total, 'customer')}; {total - shown} more are "
                    "in the table and the downloads.",
                )
                if total > shown
                else ()
            ),
            chart=charts.heat(theme()),
            drawn=drawn,
            drill=Drill(
                keys=("account", "account_id"),
                rows=customer,
                source=Source("one_on_one/accounts"),
                noun="customer",
                label=lambda mark: str(mark["account"]),
            ),
        ),
        among,
    )
    lacking()

"""Renewals: what this quarter has at stake, what is at red, and what lacks an answer or a touch."""

from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.digest import rules
from dashboard.digest.book import Book, day_of, due_in, listed, without_amount, word
from dashboard.digest.content import Part
from dashboard.digest.rules import Row, Rule
from dashboard.findings import overview as overview_findings
from dashboard.findings import renewal_watch as findings
from dashboard.formats import Unit, count_of
from dashboard.metrics import total
from dashboard.queries import overview, renewal_watch

QUARTERS_AT_RISK: Final = 4
"""This fiscal quarter and those after it that renewals at red are told of, as on Overview."""
STATES: Final = ("churned", "reduced", "saved", "at_risk")


def stakes(book: Book) -> Part:
    """What this fiscal quarter's renewals lost, may lose and saved."""
    quarter = book.warehouse.policy.calendar.period_of(book.as_of, "quarter")
    among = book.among.window(quarter.start_on, quarter.end_on)
    summed = book.ask(renewal_watch.stakes_by_quarter, among)
    rows = book.ask(renewal_watch.stakes, among)
    # What is at risk comes last: the next part tells of it.
    told = rows.sort(pl.col("state").cast(pl.Enum(STATES)), maintain_order=True)

    def said(row: Row) -> str:
        word = findings.STATES[row["state"]][0]
        when = (
            f"closed {day_of(row['closed_on'])}"
            if row["closed_on"]
            else f"due {day_of(row['due_on'])}"
        )
        return f"renewal {word}, {when}"

    lines = listed(
        book, told, amount="arr_at_stake", said=said, rule=rules.for_stake, noun="renewal"
    )
    at_stake = total(rows.filter(pl.col("state") != "saved")["arr_at_stake"])
    return Part(
        key="stakes",
        heading="At stake this quarter",
        title=findings.stakes(summed, quarter.label, currency=book.currency),
        definition=(
            "Renewals due in the fiscal quarter of the as-of date: lost is ARR due of those that "
            "churned and what others renewed for less, at risk what is open and red, saved what "
            "was renewed although the customer had been red shortly before."
        ),
        href=book.links.page("renewals", view="This quarter"),
        page="Renewals",
        items=lines.items,
        total=f"{book.sum_of(at_stake)} lost or at risk" if len(rows) else "",
        more=lines.more,
        rows=len(rows),
        amount=at_stake,
        to_do=lines.to_do,
        notes=without_amount(rows["arr_at_stake"], "renewal"),
    )


def at_risk(book: Book) -> Part:
    """Open renewals of customers at red."""
    calendar = book.warehouse.policy.calendar
    ahead = calendar.periods_from(book.as_of, "quarter", QUARTERS_AT_RISK)
    until = ahead[-1].end_on
    largest_first = book.ask(overview.at_risk, book.among.window(None, until))
    rows = largest_first.sort(pl.col("due_quarter") > ahead[0].start_on, maintain_order=True)

    def said(row: Row) -> str:
        score = row["overall_score"]
        known = "" if score is None else f", health {Unit.SCORE.text(score)} of 100 (red)"
        call = f", called {word(row['forecast_category'])}" if row["forecast_category"] else ""
        return f"renewal of {day_of(row['due_on'])}, {due_in(row['days_left'])}{known}{call}"

    def rule(row: Row) -> Rule:
        return rules.for_red_renewal(row, ahead[0].start_on)

    lines = listed(book, rows, amount="arr_due", said=said, rule=rule, noun="renewal")
    last_day = day_of(until - timedelta(days=1))
    whole = total(rows["arr_due"])
    return Part(
        key="at_risk",
        heading="Renewals at risk",
        title=overview_findings.at_risk(largest_first, last_day, currency=book.currency),
        definition=(
            "Open renewals of customers whose health is red on the as-of date, overdue ones too, "
            f"due by {last_day}; those of this fiscal quarter first, the largest first in each."
        ),
        href=book.links.page("overview"),
        page="Overview",
        items=lines.items,
        total=f"{count_of(len(rows), 'renewal')}, {book.sum_of(whole)} due" if len(rows) else "",
        more=lines.more,
        rows=len(rows),
        amount=whole,
        to_do=lines.to_do,
        notes=without_amount(rows["arr_due"], "renewal"),
    )


def calendar(book: Book) -> Part:
    """Renewals ahead that lack an answer, a touch or both."""
    every = book.ask(renewal_watch.calendar, book.among)
    rows = every.filter(pl.col("state") != "answered and touched")
    longest = book.warehouse.policy.renewal_watch.windows[0]

    def said(row: Row) -> str:
        since = row["days_since_touch"]
        last = "never touched" if since is None else f"last touch {count_of(since, 'day')} ago"
        due = f"renewal of {day_of(row['due_on'])}, {due_in(row['days_to_due'])}"
        return f"{due}: {row['state']}; {last}"

    def rule(row: Row) -> Rule:
        return rules.for_renewal_ahead(row, book.settings.call_within_days)

    lines = listed(book, rows, amount="arr_due", said=said, rule=rule, noun="renewal")
    whole = total(rows["arr_due"])
    return Part(
        key="calendar",
        heading="Renewals without an answer or a touch",
        title=findings.soonest(rows, currency=book.currency),
        definition=(
            f"Open renewals due within {longest} days that lack the customer's answer, or a call, "
            "meeting, e-mail or business review in as many days as the window has; the soonest "
            "first."
        ),
        href=book.links.page("renewals", view="Calendar"),
        page="Renewals",
        items=lines.items,
        total=f"{count_of(len(rows), 'renewal')}, {book.sum_of(whole)} due" if len(rows) else "",
        more=lines.more,
        rows=len(rows),
        amount=whole,
        to_do=lines.to_do,
        notes=without_amount(rows["arr_due"], "renewal"),
    )

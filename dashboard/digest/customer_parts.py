"""Customers who ask for somebody: a trigger fires, a detractor waits, a book has red and silent."""

from datetime import timedelta
from decimal import Decimal

import polars as pl

from dashboard.calendar import months_before
from dashboard.digest import rules
from dashboard.digest.book import Book, day_of, listed, without_amount, word
from dashboard.digest.content import Part, one_line
from dashboard.digest.rules import Row, Rule
from dashboard.findings import one_on_one as one_on_one_findings
from dashboard.findings import triggers as trigger_findings
from dashboard.findings import voice as voice_findings
from dashboard.formats import Unit, count_of
from dashboard.metrics import loops as loop_metrics
from dashboard.metrics import total
from dashboard.queries import loops, one_on_one, triggers
from dashboard.warehouse.base import MissingTableError


def fired(book: Book) -> Part:
    """Customers that a trigger finds at risk, the largest first."""
    rows = book.ask(triggers.fired, book.among)
    notes = without_amount(rows.unique("account_id")["arr"], "customer")
    try:
        lacking = book.ask(triggers.not_registered, book.among)
    except MissingTableError as error:
        lacking, notes = rows, (*notes, f"Whether the register has them is not known: {error}")
    unknown = set(lacking.select("account_id", "category").iter_rows())
    accounts = (
        rows.group_by("account_id", maintain_order=True)
        .agg(pl.col("account_name", "arr").first(), pl.col("category", "what"))
        .sort("arr", descending=True, nulls_last=True, maintain_order=True)
    )

    def said(row: Row) -> str:
        found = zip(row["category"], row["what"], strict=True)
        return "; ".join(f"{category}: {what}" for category, what in found)

    def rule(row: Row) -> Rule:
        lacks = any((row["account_id"], each) in unknown for each in row["category"])
        return rules.OPEN_RISK if lacks else rules.FOLLOW

    lines = listed(book, accounts, amount="arr", said=said, rule=rule, noun="customer")
    whole = total(accounts["arr"])
    return Part(
        key="triggers",
        heading="Triggers of risk",
        title=trigger_findings.found(rows),
        definition=(
            "Customers on whom at least one trigger of the risk policy fires on the as-of date, "
            "each once; the rules stand on Risks, Triggers."
        ),
        href=book.links.page("risks", view="Triggers"),
        page="Risks",
        items=lines.items,
        total=(
            f"{count_of(len(accounts), 'customer')}, {book.sum_of(whole)} of ARR"
            if len(rows)
            else ""
        ),
        more=lines.more,
        rows=len(rows),
        amount=whole,
        to_do=sum(rule(row) is rules.OPEN_RISK for row in accounts.iter_rows(named=True)),
        notes=notes,
    )


def open_loops(book: Book) -> Part:
    """Detractors of twelve months to whom nobody has come back."""
    until = book.as_of + timedelta(days=1)
    rows = book.ask(loops.unclosed, book.among.window(months_before(until, 12), until)).sort(
        "arr", descending=True, nulls_last=True, maintain_order=True
    )
    target = book.warehouse.policy.surveys.close_loop_days

    def said(row: Row) -> str:
        who = word(row["persona"] or "somebody")
        days = row["days"]
        ago = "" if days is None else f", {count_of(days, 'day')} ago"
        return f"answer of {row['score']} of 10 ({who}) on {day_of(row['responded_on'])}{ago}"

    lines = listed(book, rows, amount="arr", said=said, rule=rules.for_loop, noun="open loop")
    behind = loop_metrics.arr_behind(rows)
    exact = None if behind is None else Decimal(behind)
    return Part(
        key="loops",
        heading="Detractors waiting",
        title=voice_findings.open_loops(rows, target, currency=book.currency),
        definition=(
            "Answers of 0 to 6 of the last twelve months without a follow-up by the as-of date, "
            "the largest customers first. The ARR is that of the whole account, each account once "
            "in the sum."
        ),
        href=book.links.page("nps", view="Closing the loop"),
        page="Voice of the customer",
        items=lines.items,
        total=(
            f"{count_of(len(rows), 'open loop')}, {book.sum_of(exact)} of ARR behind"
            if len(rows)
            else ""
        ),
        more=lines.more,
        rows=len(rows),
        amount=exact,
        to_do=lines.to_do,
        notes=without_amount(rows["arr"], "open loop"),
    )


def own_book(book: Book) -> Part:
    """Red and silent customers of the own book."""
    every = book.ask(one_on_one.accounts, book.among)
    rows = every.filter(pl.col("bucket").is_in(["red", "silent"]))
    quarter = book.warehouse.policy.calendar.period_of(book.as_of, "quarter")

    def said(row: Row) -> str:
        score = row["overall_score"]
        band = one_line(row["health_band"]) or "not scored"
        health = band if score is None else f"{band}, health {Unit.SCORE.text(score)} of 100"
        since = row["days_since_touch"]
        touch = "never touched" if since is None else f"last touch {count_of(since, 'day')} ago"
        due = row["next_renewal_on"]
        renewal = f"; renewal of {day_of(due)}" if due else ""
        silent = "silent: " if row["bucket"] == "silent" else ""
        return f"{silent}{health}; {touch}{renewal}"

    def rule(row: Row) -> Rule:
        return rules.for_customer(row, quarter.end_on)

    lines = listed(book, rows, amount="arr", said=said, rule=rule, noun="customer")
    whole = total(rows["arr"])
    silent = book.warehouse.policy.one_on_one.silent_after_days
    return Part(
        key="book",
        heading="Your book",
        title=one_on_one_findings.pressing(every, currency=book.currency),
        definition=(
            "Customers of the book whose health is red, then those without a call, meeting, "
            f"e-mail or business review for more than {silent} days."
        ),
        href=book.links.page("one_on_one", view="Book"),
        page="One-on-one",
        items=lines.items,
        total=f"{count_of(len(rows), 'customer')}, {book.sum_of(whole)} of ARR"
        if len(rows)
        else "",
        more=lines.more,
        rows=len(rows),
        amount=whole,
        to_do=lines.to_do,
        notes=without_amount(rows["arr"], "customer"),
    )

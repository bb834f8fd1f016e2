"""What changed since the day compared with: accounts, money alone, and forecasts of expansion."""

from decimal import Decimal
from typing import Any

import polars as pl

from dashboard.digest import rules
from dashboard.digest.book import Book, account_name, day_of, listed, without_amount, word
from dashboard.digest.content import CHANGED, Item, Part, one_line
from dashboard.digest.rules import Row
from dashboard.findings import expansion as expansion_findings
from dashboard.findings import overview as findings
from dashboard.formats import count_of
from dashboard.metrics import total
from dashboard.queries import expansion, overview


def changes(book: Book) -> Part:
    """Everything that changed, the accounts that moved or are at stake most."""
    rows = book.ask(overview.changes, book.among, compared_on=book.since)
    return _changed(
        book,
        rows,
        "changes",
        "Every change after the day compared with, told by account: half of the lines by how far "
        "the ARR moved, the others by the largest amount concerned.",
    )


def money_changes(book: Book) -> Part:
    """The movements of ARR and what became of renewals, without anything else."""
    rows = book.ask(overview.changes, book.among, compared_on=book.since)
    kept = [*findings.MOVED, "renewed", "renewal lost"]
    return _changed(
        book,
        rows.filter(pl.col("kind").is_in(kept)),
        "money",
        "Movements of ARR, and renewals that closed, after the day compared with, told by account.",
    )


def _changed(book: Book, rows: pl.DataFrame, key: str, definition: str) -> Part:
    told = findings.told(rows, most=book.settings.most, currency=book.currency)
    # What moved has its sign; what is at stake is so much, whether the news is good or bad.
    stories = [(each, each.amount) for each in told.moved]
    stories += [(each, abs(each.amount)) for each in told.at_stake]
    by_account: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        by_account.setdefault(row["account_id"], []).append(row)
    moved = rows.filter(pl.col("kind").is_in(findings.MOVED))["arr"]
    net = Decimal(moved.sum() or 0)
    return Part(
        key=key,
        heading=CHANGED,
        title=findings.changed(rows, book.day, currency=book.currency),
        definition=f"{definition} The movements of ARR are those of the ARR bridge.",
        href=book.links.page("overview", compared="a day", compared_on=str(book.since)),
        page="Overview",
        items=tuple(
            Item(
                account_name(by_account[story.account_id][0]),
                book.money(amount),
                one_line(story.text),
                rules.for_changes(by_account[story.account_id]),
                book.links.account(story.account_id),
            )
            for story, amount in stories
        ),
        total=(
            f"{count_of(len(rows), 'change')}; movements of ARR together {book.sum_of(net)}"
            if len(rows)
            else ""
        ),
        more=(
            findings.more(told, len(rows), book.day, currency=book.currency).replace(
                "the table", "the page"
            )
            if told.more_changes
            else ""
        ),
        rows=len(rows),
        amount=net,
        # What happened is told; what waits is counted where it waits.
        to_do=0,
        notes=without_amount(rows["arr"], "change"),
    )


def forecasts(book: Book) -> Part:
    """Opportunities whose forecast category changed."""
    days = (book.as_of - book.since).days
    latest_first = book.ask(expansion.category_changes, book.among, days=days)
    fell = [rules.for_category(row) is not rules.FELL for row in latest_first.rows(named=True)]
    rows = latest_first.sort(pl.Series(fell, dtype=pl.Boolean), maintain_order=True)

    def said(row: Row) -> str:
        before, after = (word(row[f"category_{when}"]) for when in ("before", "after"))
        close = row["expected_close_on"]
        return f"opportunity moved from {before} to {after} on {day_of(row['changed_at'])}" + (
            f", expected to close {day_of(close)}" if close else ""
        )

    lines = listed(book, rows, amount="amount", said=said, rule=rules.for_category, noun="change")
    once = rows.unique("opportunity_id")["amount"]
    whole = total(once)
    return Part(
        key="forecasts",
        heading="Expansion forecasts that changed",
        title=expansion_findings.category_changes(rows, days),
        definition=(
            "Changes of the forecast category of expansion opportunities after the day compared "
            "with, those that fell first; each opportunity is once in the sum."
        ),
        href=book.links.page("expansion"),
        page="Expansion",
        items=lines.items,
        total=(
            f"{count_of(len(rows), 'change')} of "
            f"{count_of(rows['opportunity_id'].n_unique(), 'opportunity')}, {book.sum_of(whole)}"
            if len(rows)
            else ""
        ),
        more=lines.more,
        rows=len(rows),
        amount=whole,
        to_do=lines.to_do,
        notes=without_amount(once, "opportunity"),
    )

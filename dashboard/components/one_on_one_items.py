"""One-on-one, the items of the agenda: each a sentence, a compact list, and the rows behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final

import polars as pl

from dashboard.charts.palette import WORDS as BANDS
from dashboard.components.one_on_one import rules, told_more
from dashboard.exhibit import Source
from dashboard.exports import agenda as paper
from dashboard.filters import Filters
from dashboard.findings import one_on_one as findings
from dashboard.findings import overview as changes_findings
from dashboard.formats import NOT_AVAILABLE, Unit, visible
from dashboard.session import policy

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


def _money(amount: object) -> str:
    return Unit.MONEY.text(amount, currency=policy().reporting_currency)  # type: ignore[arg-type]


def changed(changes: pl.DataFrame, since: date, among: Filters) -> Item:
    """What changed, an account a row."""
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


def pressing_ones(accounts: pl.DataFrame, among: Filters) -> Item:
    """Red and silent customers."""
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


def renewals_ahead(due: pl.DataFrame, among: Filters) -> Item:
    """Open renewals, the soonest first."""
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


def offers_open(offers: pl.DataFrame, among: Filters) -> Item:
    """Open opportunities, the soonest to close first."""
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


def objectives_unconfirmed(objectives: pl.DataFrame, among: Filters) -> Item:
    """Objectives that nobody confirmed, never confirmed ones first."""
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


def _named(frame: pl.DataFrame) -> list[tuple[str | None, str | None]]:
    return frame.select("account_id", "account_name").rows()


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

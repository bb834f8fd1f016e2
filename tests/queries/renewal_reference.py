"""Renewal rates worked out a second time with dicts and loops, from rows of the contract.

Nothing here knows the SQL: only what a row means and what each choice of a policy says.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dashboard.filters import Filters
from dashboard.retention_policy import RetentionPolicy
from tests.factories import Row

ZERO = Decimal(0)
LOST = ("churned", "late, churn", "windfall")
KEPT = ("renewed", "anniversary")
Rates = tuple[int, Decimal, int, float | None, float | None, float | None]


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def months_after(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def period_start(day: date, period: str, starts_in: int = 1) -> date:
    """First day of a fiscal period whose year begins with a calendar month."""
    length = {"month": 1, "quarter": 3, "year": 12}[period]
    months = day.year * 12 + day.month - 1
    back = (months - (starts_in - 1)) % length
    years, month = divmod(months - back, 12)
    return date(years, month + 1, 1)


@dataclass(frozen=True)
class Judged:
    """A renewal and what a policy makes of it."""

    renewal_id: str | None
    account_id: str
    due_on: date
    counted_on: date
    outcome: str
    arr_due: Decimal | None
    arr_renewed: Decimal | None

    @property
    def is_decided(self) -> bool:
        return self.outcome in LOST + KEPT

    @property
    def renewed(self) -> Decimal:
        return self.arr_renewed if self.outcome in KEPT else ZERO

    @property
    def capped(self) -> Decimal:
        return min(self.renewed, self.arr_due)


class Book:
    """The contract's tables as lists of dicts, of the accounts that a question is about."""

    def __init__(self, accounts: Mapping[str, Row], tables: Mapping[str, list[Row]]) -> None:
        self.accounts = accounts
        self.rates = tables.get("fx_rates", [])
        self.lines: dict[str, list[Row]] = defaultdict(list)
        self.line: dict[str, Row] = {}
        for row in tables.get("subscriptions", []):
            self.line[row["subscription_id"]] = row
            self.lines[row["account_id"]].append(row)
        self.renewals = [row for row in tables["renewals"] if row["account_id"] in accounts]

    def dollars(self, amount: Decimal, row: Row, on: date) -> Decimal | None:
        """An amount of a row in dollars, at the rate of a day; ``None`` where there is none."""
        currency = row.get("currency") or self.accounts[row["account_id"]].get("currency") or "USD"
        if currency == "USD":
            return cents(amount)
        known = [
            rate for rate in self.rates if rate["currency"] == currency and rate["valid_on"] <= on
        ]
        if not known:
            return None
        return cents(amount * max(known, key=lambda rate: rate["valid_on"])["rate_to_reporting"])

    def arr(self, account_id: str, day: date, as_of: date) -> Decimal:
        """What an account pays on a day, at the rates of the as-of date."""
        live: dict[str | None, list[Row]] = defaultdict(list)
        for line in self.lines[account_id]:
            if line["starts_on"] <= day and (line.get("ends_on") is None or day < line["ends_on"]):
                live[line.get("currency")].append(line)
        return sum(
            (
                self.dollars(sum((line["arr"] for line in lines), ZERO), lines[0], as_of) or ZERO
                for lines in live.values()
            ),
            ZERO,
        )

    def judged(self, policy: RetentionPolicy, as_of: date) -> Iterator[Judged]:
        """Every renewal under a policy as it stood on a day, and the anniversaries it counts."""
        for row in self.renewals:
            yield self._renewal(row, policy, as_of)
        if policy.multi_year == "anniversaries":
            yield from self._anniversaries(as_of)

    def _renewal(self, row: Row, policy: RetentionPolicy, as_of: date) -> Judged:
        due_on, closed_on = row["due_on"], row.get("closed_on")
        is_closed = row["status"] != "open" and (closed_on is None or closed_on <= as_of)
        status = row["status"] if is_closed else "open"
        late = ((closed_on or due_on if is_closed else as_of) - due_on).days
        arr_due = self.dollars(row["arr_due"], row, as_of)
        arr_renewed = None
        if status == "renewed" and row.get("arr_renewed") is not None:
            arr_renewed = self.dollars(row["arr_renewed"], row, as_of)
        outcome = status
        if status != "churned" and late > 0:
            outcome = _late(status, late, policy)
        if outcome in LOST + KEPT and arr_due is None:
            outcome = "amount unknown"
        if outcome == "renewed" and arr_renewed is None:
            outcome = "amount unknown"
        if policy.month_to_month == "excluded" and self._is_short(row, as_of):
            outcome = "month to month"
        is_early = is_closed and closed_on is not None and closed_on < due_on
        early = is_early and policy.early_renewals == "close_date"
        return Judged(
            renewal_id=row["renewal_id"],
            account_id=row["account_id"],
            due_on=due_on,
            counted_on=closed_on if early else due_on,
            outcome=outcome,
            arr_due=arr_due,
            arr_renewed=arr_renewed,
        )

    def _is_short(self, row: Row, as_of: date) -> bool:
        if row.get("subscription_id"):
            return _is_short(self.line[row["subscription_id"]])
        lines = [
            line
            for line in self.lines[row["account_id"]]
            if line.get("ends_on") == row["due_on"] and line["starts_on"] <= as_of
        ]
        return bool(lines) and all(_is_short(line) for line in lines)

    def _anniversaries(self, as_of: date) -> Iterator[Judged]:
        found: dict[tuple[str, date], dict[str | None, list[Row]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for account_id in self.accounts:
            for line in self.lines[account_id]:
                for day in _anniversaries(line, as_of):
                    if not self._is_kept(line, day):
                        found[account_id, day][line.get("currency")].append(line)
        for (account_id, day), by_currency in found.items():
            arr = sum(
                (
                    self.dollars(sum(line["arr"] for line in lines), lines[0], as_of)
                    for lines in by_currency.values()
                ),
                ZERO,
            )
            yield Judged(None, account_id, day, day, "anniversary", arr, arr)

    def _is_kept(self, line: Row, day: date) -> bool:
        """Whether the company's own renewals already have what falls due on an anniversary."""
        others_end = any(each.get("ends_on") == day for each in self.lines[line["account_id"]])
        return any(
            row["due_on"] == day
            and row["account_id"] == line["account_id"]
            and (
                row["subscription_id"] == line["subscription_id"]
                if row.get("subscription_id")
                else not others_end
            )
            for row in self.renewals
        )


def _late(status: str, days: int, policy: RetentionPolicy) -> str:
    if policy.late_renewals == "renewed":
        return status
    if policy.late_renewals == "churned":
        return "windfall" if status == "renewed" else "late, churn"
    return "late, within grace" if days <= policy.grace_days else "late, churn"


def _is_short(line: Row) -> bool:
    if line.get("term_months") is not None:
        return line["term_months"] < 6
    ends_on = line.get("ends_on")
    return ends_on is not None and ends_on < months_after(line["starts_on"], 6)


def _anniversaries(line: Row, as_of: date) -> Iterator[date]:
    starts_on, ends_on = line["starts_on"], line.get("ends_on")
    term = line.get("term_months") or 0
    spans = ends_on is not None and ends_on >= months_after(starts_on, 24)
    if line["arr"] <= 0 or not (term >= 24 or spans):
        return
    end = ends_on or months_after(starts_on, term)
    years = 1
    while (day := months_after(starts_on, 12 * years)) < end and day <= as_of:
        yield day
        years += 1


def rates(
    book: Book,
    policy: RetentionPolicy,
    filters: Filters,
    start_of: Callable[[date], date],
) -> dict[date, Rates]:
    """The rates of every period by the day it starts, over the window of the filters."""
    periods: dict[date, list[Judged]] = defaultdict(list)
    for each in book.judged(policy, filters.as_of):
        after_start = filters.since is None or filters.since <= each.counted_on
        before_end = filters.until is None or each.counted_on < filters.until
        if after_start and before_end and each.outcome != "month to month":
            periods[start_of(each.counted_on)].append(each)
    return {
        start: (
            len(found),
            sum((each.arr_due or ZERO for each in found), ZERO),
            sum(each.is_decided for each in found),
            *_shares([each for each in found if each.is_decided], book, policy, start, filters),
        )
        for start, found in periods.items()
    }


def _shares(
    decided: list[Judged],
    book: Book,
    policy: RetentionPolicy,
    start: date,
    filters: Filters,
) -> tuple[float | None, float | None, float | None]:
    if not decided:
        return None, None, None
    due = float(sum(each.arr_due for each in decided))
    renewed = float(sum(each.renewed for each in decided))
    capped = float(sum(each.capped for each in decided))
    kept = {each.account_id for each in decided if each.outcome in KEPT}
    if policy.renewal_base == "arr_due":
        logos = sum(each.outcome in KEPT for each in decided) / len(decided)
        return (capped / due, renewed / due, logos) if due else (None, None, logos)
    day = min(start, filters.as_of)
    opening = [book.arr(account_id, day, filters.as_of) for account_id in book.accounts]
    arr, customers = float(sum(opening)), sum(arr > 0 for arr in opening)
    lost = {each.account_id for each in decided} - kept
    return (
        1 - (due - capped) / arr if arr else None,
        1 - (due - renewed) / arr if arr else None,
        1 - len(lost) / customers if customers else None,
    )

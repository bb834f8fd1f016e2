"""Retention worked out a second time, day by day with dicts and loops, from rows of the contract.

Nothing here knows the SQL or shares code with it: only what a row means and how a number is
defined. ARR of a day is what is live on it; a movement is the difference of two neighbouring days.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise, takewhile

from dashboard.retention_policy import RetentionPolicy
from tests.factories import Row

ZERO = Decimal(0)
KINDS = ("new", "reactivation", "expansion", "price", "fx", "contraction", "churn")
"""In the order of the bridge."""


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def year_before(day: date) -> date:
    """The same day a year before; 28 February a year before the 29th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


@dataclass(frozen=True)
class Window:
    """From the ARR on its first day to the ARR on its last."""

    start: date
    end: date


@dataclass(frozen=True)
class Calendar:
    """Fiscal months that begin on these days; a quarter is three of them, a year twelve."""

    months: Sequence[date]
    first_of_year: int = 0
    """Place of the first month of a fiscal year in ``months``."""

    def starts(self, every: int) -> list[date]:
        return [
            day
            for place, day in enumerate(self.months)
            if (place - self.first_of_year) % every == 0
        ]

    def windows(self, period: str, as_of: date) -> list[Window]:
        """Every window of a kind that has ended by a day."""
        if period in {"month", "quarter", "quarter_annualised", "year"}:
            starts = self.starts({"month": 1, "year": 12}.get(period, 3))
            found = [Window(*pair) for pair in pairwise(starts)]
        else:
            ends = sorted({*(day for day in self.months if day <= as_of), as_of})
            if period == "ttm":
                found = [Window(year_before(end), end) for end in ends]
            else:
                years = self.starts(12)
                found = [
                    Window(max(year for year in years if year < end), end)
                    for end in ends
                    if end > years[0]
                ]
        return [window for window in found if window.end <= as_of]


def calendar_months(first_year: int = 2000, last_year: int = 2035, starts_in: int = 1) -> Calendar:
    months = [date(y, m, 1) for y in range(first_year, last_year) for m in range(1, 13)]
    return Calendar(months, first_of_year=starts_in - 1)


@dataclass(frozen=True)
class Step:
    """One day on which the ARR of a unit changed, and how."""

    day: date
    before: Decimal
    after: Decimal
    movement: str
    parts: Mapping[str, Decimal]


@dataclass
class Unit:
    """Who keeps or loses ARR: an account, a parent with its accounts, a product of an account."""

    unit_id: str
    account_ids: set[str] = field(default_factory=set)
    currency: str = ""
    steps: list[Step] = field(default_factory=list)
    live: list[tuple[date, date]] = field(default_factory=list)
    """Spans of its contract lines, those that cost nothing too."""

    @property
    def account_id(self) -> str:
        """The first of its accounts."""
        return min(self.account_ids)

    def arr(self, day: date) -> Decimal:
        place = bisect_right(self.steps, day, key=lambda step: step.day)
        return self.steps[place - 1].after if place else ZERO

    def has_line(self, day: date) -> bool:
        return any(start <= day < end for start, end in self.live)

    def within(self, window: Window) -> list[Step]:
        return [step for step in self.steps if window.start < step.day <= window.end]


@dataclass(frozen=True)
class Counted:
    """What a policy counts of one unit in one window, in the reporting currency."""

    unit: Unit
    opening: Decimal
    moved: Mapping[str, Decimal]
    closing: Decimal
    cohort: Decimal
    net: Decimal
    gross: Decimal
    is_cohort: bool
    is_logo: bool
    is_kept: bool


class Book:
    """A company's rows as they were known on a day.

    Parameters
    ----------
    tables
        Rows by table of the contract.
    as_of
        The day of the question.
    restated
        Whether rows that were booked after that day count as well.
    keep
        Ids of the accounts that filters and rights leave; all where none are named.
    """

    def __init__(
        self,
        tables: Mapping[str, Iterable[Row]],
        as_of: date,
        *,
        restated: bool = False,
        keep: Iterable[str] | None = None,
        reporting: str = "USD",
    ) -> None:
        self.as_of, self.reporting = as_of, reporting
        self.accounts = {row["account_id"]: row for row in tables.get("accounts", ())}
        self.kept = set(self.accounts if keep is None else keep)
        self.subscriptions = list(tables.get("subscriptions", ()))
        self.movements = list(tables.get("arr_movements", ()))
        self.history: dict[str, list[Row]] = defaultdict(list)
        for row in tables.get("account_history", ()):
            self.history[row["account_id"]].append(row)
        self.rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in tables.get("fx_rates", ()):
            self.rates[row["currency"]].append((row["valid_on"], Decimal(row["rate_to_reporting"])))
        for known in self.rates.values():
            known.sort()
        self.unbooked = [
            row
            for row in self.movements
            if not restated and row["effective_on"] <= as_of and row["recorded_at"].date() > as_of
        ]
        self.units = cache(self._units)
        self.count = cache(self._count)

    # ------------------------------------------------------------------ what a row means

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Reporting currency for one unit of a currency; None before its first rate."""
        if currency == self.reporting:
            return Decimal(1)
        place = bisect_right(self.rates[currency], day, key=lambda known: known[0])
        return self.rates[currency][place - 1][1] if place else None

    def currency(self, row: Row) -> str:
        account = self.accounts[row["account_id"]]
        return row.get("currency") or account.get("currency") or self.reporting

    def root(self, account_id: str) -> str:
        """The company at the top; of parents in a circle the first by id."""
        path = [account_id]
        while True:
            parent = self.accounts[path[-1]].get("parent_account_id")
            if parent is None or parent not in self.accounts:
                return path[-1]
            if parent in path:
                return min(path[path.index(parent) :])
            path.append(parent)

    def unit_id(self, level: str, row: Row) -> str:
        account_id = row["account_id"]
        return {
            "account": account_id,
            "parent": self.root(account_id),
            "product": f"{account_id}/{row.get('product_id') or ''}",
        }[level]

    def attribute(self, account_id: str, name: str, day: date) -> str | None:
        """Segment, region or CSM as it was on a day."""
        for row in self.history[account_id]:
            until = row.get("valid_to_on")
            held = row["valid_from_on"] <= day and (until is None or day < until)
            if row["field"] == name and held:
                return row["value"]
        value = self.accounts[account_id].get(name)
        return value or ("Unknown" if name == "region" else None)

    # ------------------------------------------------------------------ steps

    def _units(self, level: str) -> list[Unit]:
        """Units with the days their ARR changed on."""
        lines: dict[str, list[Row]] = defaultdict(list)
        booked: dict[str, list[Row]] = defaultdict(list)
        unbooked: dict[str, list[Row]] = defaultdict(list)
        for rows, by_unit in (
            (self.subscriptions, lines),
            (self.movements, booked),
            (self.unbooked, unbooked),
        ):
            for row in rows:
                if row["account_id"] in self.kept:
                    by_unit[self.unit_id(level, row)].append(row)
        found = []
        for unit_id in sorted({*lines, *booked}):
            mine = (lines[unit_id], booked[unit_id], unbooked[unit_id])
            found.append(self._unit(unit_id, *mine))
        if level == "parent":
            for unit in found:
                unit.account_ids = {each for each in self.kept if self.root(each) == unit.unit_id}
        return found

    def _unit(self, unit_id: str, lines: list[Row], booked: list[Row], unbooked: list[Row]) -> Unit:
        never = date.max
        spans = [(row["starts_on"], row.get("ends_on") or never, row) for row in lines]
        spans = [span for span in spans if span[0] < span[1]]
        # An amount is added from a day on: lines, or movements where there is no line at all.
        changes: list[tuple[date, str, Decimal]] = []
        for start, end, row in spans:
            changes += [(start, self.currency(row), row["arr"])]
            changes += [(end, self.currency(row), -row["arr"])] if end != never else []
        if not self.subscriptions:
            changes += [(row["effective_on"], self.currency(row), row["amount"]) for row in booked]
        changes += [(row["effective_on"], self.currency(row), -row["amount"]) for row in unbooked]

        changes = [change for change in changes if change[0] <= self.as_of]
        days = sorted({day for day, _, _ in changes})
        by_currency = {
            day: _summed((each, amount) for on, each, amount in changes if on <= day)
            for day in days
        }
        used = {each for day in days for each, arr in by_currency[day].items() if arr}
        unit = Unit(
            unit_id,
            account_ids={row["account_id"] for row in (*lines, *booked)},
            currency=self.reporting if len(used) != 1 else min(used),
            live=[(start, end) for start, end, _ in spans],
        )

        def value(amounts: Mapping[str, Decimal]) -> Decimal:
            """In the unit's currency; one in several is in the reporting currency of the day."""
            if len(used) <= 1:
                return sum(amounts.values(), ZERO)
            rates = {each: self.rate(each, self.as_of) for each in amounts}
            return sum((cents(a * rates[c]) for c, a in amounts.items() if rates[c]), ZERO)

        known = [row for row in booked if row not in unbooked]
        before, most = ZERO, ZERO
        for day in days:
            after = value(by_currency[day])
            if after == before:
                continue
            today = [row for row in known if row["effective_on"] == day]
            reason = [(row, (row.get("reason") or "").lower()) for row in today]
            rises = value(
                _summed(
                    (self.currency(row), row["amount"])
                    for row, why in reason
                    if why == "price" and row["amount"] > 0
                )
            )
            exchange = value(
                _summed((self.currency(row), row["amount"]) for row, why in reason if why == "fx")
            )
            movement = _movement(before, after, most)
            parts = _parts(movement, after - before, rises, exchange)
            unit.steps.append(Step(day, before, after, movement, parts))
            before, most = after, max(most, after)
        return unit

    # ------------------------------------------------------------------ a window

    def _count(self, policy: RetentionPolicy, level: str, window: Window) -> list[Counted]:
        """Every unit of a level that has a rate, by the policy's definitions."""
        found = []
        for unit in self.units(level):
            opens_on = self.as_of if policy.fx == "as_of" else window.start
            closes_on = window.end if policy.fx == "actual" else opens_on
            first, last = self.rate(unit.currency, opens_on), self.rate(unit.currency, closes_on)
            if not (unit.arr(window.start) or unit.arr(window.end) or unit.within(window)):
                first = last = Decimal(1)
            if first is not None and last is not None:
                found.append(self._counted(policy, unit, window, first, last))
        return found

    def _counted(
        self, policy: RetentionPolicy, unit: Unit, window: Window, first: Decimal, last: Decimal
    ) -> Counted:
        inside = unit.within(window)
        opening_own = unit.arr(window.start)
        opening, closing = cents(opening_own * first), cents(unit.arr(window.end) * last)
        moved = _converted(opening_own, inside, first)
        moved["fx"] += closing - cents(unit.arr(window.end) * first)

        is_cohort = opening > 0 and opening >= policy.minimum_arr
        too_small = opening > 0 and not is_cohort
        first_life = list(takewhile(lambda step: step.movement != "reactivation", inside))
        gone = len(first_life) < len(inside) and policy.reactivated == "excluded"
        kept = closing
        if policy.price_rises == "excluded":
            kept = max(closing - moved["price"], ZERO)
        if gone:
            kept = ZERO
        free = policy.zero_arr_accounts == "counted"
        is_logo = is_cohort or (free and opening <= 0 and unit.has_line(window.start))
        stays = closing > 0 or (free and unit.has_line(window.end))
        cohort = opening if is_cohort else ZERO
        return Counted(
            unit=unit,
            opening=opening,
            moved=moved,
            closing=closing,
            cohort=cohort,
            net=_net(
                policy,
                cohort,
                kept,
                _converted(opening_own, first_life, first) if gone else moved,
                is_cohort=is_cohort,
                too_small=too_small,
            ),
            gross=_gross(policy, cohort, kept, moved, is_cohort=is_cohort, too_small=too_small),
            is_cohort=is_cohort,
            is_logo=is_logo,
            is_kept=is_logo and stays and not gone,
        )

    # ------------------------------------------------------------------ questions

    def windows(
        self,
        calendar: Calendar,
        period: str,
        since: date | None = None,
        until: date | None = None,
        level: str = "account",
    ) -> list[Window]:
        """Windows that have ended and lie between two days; else from the first ARR on."""
        first = min(
            (step.day for unit in self.units(level) for step in unit.steps if step.after > 0),
            default=None,
        )
        if first is None:
            return []
        if period == "custom":
            return [Window(since, until)]
        return [
            window
            for window in calendar.windows(period, self.as_of)
            if window.start >= (since or first) and (until is None or window.end <= until)
        ]

    def rated(self, policy: RetentionPolicy, window: Window) -> Row:
        """A row of ``by_period``, and the sums it is made of."""
        units = self.count(policy, policy.level, window)
        logos = self.count(policy, policy.logo_level, window)
        return rates_of(units, logos)

    def part(self, by: str, unit: Unit, day: date) -> str | None:
        account = self.accounts[unit.account_id]
        if by == "product":
            return unit.unit_id.removeprefix(f"{unit.account_id}/") or None
        if by == "cohort":
            return str(account["customer_since"].year)
        if by == "industry":
            return account.get("industry")
        return self.attribute(unit.account_id, "csm_id" if by == "csm" else by, day)


def rates_of(units: Sequence[Counted], logos: Sequence[Counted], power: int = 1) -> Row:
    opening = sum((each.cohort for each in units), ZERO)
    net = sum((each.net for each in units), ZERO)
    gross = sum((each.gross for each in units), ZERO)
    accounts = sum(each.is_logo for each in logos)
    kept = sum(each.is_kept for each in logos)
    return {
        "opening_arr": opening,
        "closing_arr": sum((each.closing for each in units), ZERO),
        "net": net,
        "gross": gross,
        "nrr": _power(net, opening, power),
        "grr": _power(gross, opening, power),
        "logo_retention": _power(Decimal(kept), Decimal(accounts), power),
        "accounts": accounts,
        "kept": kept,
    }


def _power(numerator: Decimal, denominator: Decimal, power: int) -> float | None:
    """A share to a power; none of nothing, and none where the share lies below zero."""
    if not denominator or (power > 1 and numerator < 0):
        return None
    return float(numerator / denominator) ** power


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in pairs:
        found[name] += amount
    return dict(found)


def _movement(before: Decimal, after: Decimal, most_before: Decimal) -> str:
    if before <= 0 < after:
        return "reactivation" if most_before > 0 else "new"
    if after <= 0 < before:
        return "churn"
    return "expansion" if after > before else "contraction"


def _parts(movement: str, change: Decimal, rises: Decimal, exchange: Decimal) -> dict[str, Decimal]:
    """A day's change by kind; price rises explain no more of it than there is."""
    parts = dict.fromkeys(KINDS, ZERO)
    if movement not in {"expansion", "contraction"}:
        return parts | {movement: change}
    rest = change - exchange
    price = min(rises, rest) if rest > 0 else ZERO
    rest -= price
    return parts | {
        "price": price,
        "fx": exchange,
        "expansion" if rest > 0 else "contraction": rest,
    }


def _converted(opening: Decimal, steps: Sequence[Step], rate: Decimal) -> dict[str, Decimal]:
    """Movements by kind, converted one on top of the other: then the bridge sums to the cent."""
    moved, reached = {}, opening
    for kind in KINDS:
        below = cents(reached * rate)
        reached += sum((step.parts[kind] for step in steps), ZERO)
        moved[kind] = cents(reached * rate) - below
    return moved


def _net(
    policy: RetentionPolicy,
    cohort: Decimal,
    kept: Decimal,
    moved: Mapping[str, Decimal],
    *,
    is_cohort: bool,
    too_small: bool,
) -> Decimal:
    """Numerator of NRR; by the bridge opening ARR and all movements but those left out.

    Price rises are taken off what a unit was and won as far as that goes, not below.
    """
    if policy.nrr == "cohort":
        return kept if is_cohort else ZERO
    if too_small:
        return ZERO
    left_out = {"new", "price"} if policy.price_rises == "excluded" else {"new"}
    counted = cohort + sum(amount for kind, amount in moved.items() if kind not in left_out)
    return max(counted, -moved["new"]) if "price" in left_out else counted


def _gross(
    policy: RetentionPolicy,
    cohort: Decimal,
    kept: Decimal,
    moved: Mapping[str, Decimal],
    *,
    is_cohort: bool,
    too_small: bool,
) -> Decimal:
    if policy.grr == "lower_of_then_and_now":
        return min(kept, cohort) if is_cohort else ZERO
    if too_small:
        return ZERO
    losses = moved["churn"] + (moved["contraction"] if policy.grr == "sum_of_losses" else ZERO)
    return cohort + losses

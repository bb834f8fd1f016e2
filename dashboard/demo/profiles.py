"""Who the accounts are: name, segment, region, currency, first contract and a hidden firmness."""

from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np

from dashboard.demo.draws import Days, Flags, Floats, Ints, Texts, as_days, chance, chosen, stream
from dashboard.demo.history import History, plus_months, until_28th
from dashboard.demo.loading import account_ids
from dashboard.demo.reference import EUR_IN_USD, PRODUCTS
from dashboard.demo.team import ENTERPRISE, SMALL_BUSINESS, TOUCH_MODELS, segment_sizes
from dashboard.demo.words import FIRST_WORDS, INDUSTRIES, LAST_WORDS, NORTHWIND
from dashboard.policy import Policy

REGIONS: Final = ("North America", "Europe", "Asia Pacific", "Latin America")
EUROPE: Final = 1
_REGION_SHARES: Final = (0.50, 0.28, 0.14, 0.08)
_WON_LATELY_SHARE: Final = 0.15
_EURO_SHARE: Final = 0.85
_POOLED_SHARE: Final = 0.2
_MEDIAN_ARR: Final = np.array([152_000.0, 54_000.0, 11_000.0])
_SPREAD: Final = np.array([0.60, 0.50, 0.52])
_LEAST_ARR: Final = np.array([60_000.0, 16_000.0, 2_400.0])
_MOST_ARR: Final = np.array([1_100_000.0, 190_000.0, 42_000.0])
_BEFORE_SHARE: Final = 0.58
"""Accounts that were customers before the weekly history begins."""

_MOST_DAYS_BEFORE: Final = 3 * 365
_NEWEST_DAYS: Final = 8
NORTHWIND_ARR: Final = 1_480_000
"""Northwind's first ARR: more than any other account starts with."""

_NORTHWIND_TERMS: Final = 3
_NORTHWIND_DUE_DAY: Final = 17
SHORT_TERM: Final = 3
_SHORT_TERM_DAYS: Final = 640


@dataclass(frozen=True, slots=True)
class Profiles:
    """One entry per account in every column; segments, regions and currencies are codes."""

    numbers: Ints
    ids: Texts
    names: Texts
    industries: Texts
    segments: Ints
    regions: Ints
    euro: Flags
    customer_since: Days
    term_months: Ints
    first_product: Ints
    first_arr: Ints
    touch_models: Texts
    northwind: Flags

    def part(self, rows: slice) -> Self:
        """Some of the accounts."""
        return replace(
            self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)}
        )

    def __len__(self) -> int:
        """Number of accounts."""
        return len(self.numbers)


def profiles(seed: int, accounts: int, history: History, policy: Policy) -> Profiles:
    """Every account of the company."""
    rng = stream(seed, "profiles")
    segments = rng.permutation(np.repeat(np.arange(3), segment_sizes(accounts)))[:accounts]
    size = len(segments)
    numbers = np.arange(1, size + 1)
    northwind = np.zeros(size, dtype=np.bool_)
    northwind[np.flatnonzero(segments == ENTERPRISE)[:1]] = True

    regions = rng.choice(len(REGIONS), size, p=_REGION_SHARES)
    regions[northwind] = 0
    euro = (regions == EUROPE) & chance(rng, _EURO_SHARE, size)
    industries = chosen(rng, tuple(INDUSTRIES), size)
    industries[northwind] = "Logistics"

    customer_since = _first_days(rng, segments, history)
    due_on = _middle_of_next_quarter(history, policy)
    customer_since[northwind] = plus_months(due_on, -12 * _NORTHWIND_TERMS)
    term_months = _term_months(rng, segments, customer_since, history)
    term_months[northwind] = 12

    arr = _MEDIAN_ARR[segments] * np.exp(rng.normal(0.0, 1.0, size) * _SPREAD[segments])
    arr = np.clip(arr, _LEAST_ARR[segments], _MOST_ARR[segments])
    arr[northwind] = NORTHWIND_ARR
    first_arr = np.round(np.where(euro, arr / EUR_IN_USD, arr) / 100).astype(np.int64) * 100
    first_product = rng.choice(len(PRODUCTS), size, p=[product.starts_with for product in PRODUCTS])
    first_product[northwind] = 0
    return Profiles(
        numbers=numbers,
        ids=account_ids(numbers),
        names=_names(rng, industries, northwind),
        industries=industries,
        segments=segments,
        regions=regions,
        euro=euro,
        customer_since=customer_since,
        term_months=term_months,
        first_product=first_product,
        first_arr=first_arr,
        touch_models=_touch_models(rng, segments),
        northwind=northwind,
    )


def _first_days(rng: np.random.Generator, segments: Ints, history: History) -> Days:
    size = len(segments)
    covered = int((history.as_of - history.starts_on).astype(int))
    before = covered + rng.integers(0, _MOST_DAYS_BEFORE, size)
    during = rng.integers(_NEWEST_DAYS, max(covered, _NEWEST_DAYS + 1), size)
    days_ago = np.where(chance(rng, _BEFORE_SHARE, size), before, during)
    # Small businesses were won in numbers lately, more than onboarding could take in.
    lately = (segments == SMALL_BUSINESS) & chance(rng, _WON_LATELY_SHARE, size)
    days_ago = np.where(lately, rng.integers(100, 300, size), days_ago)
    return until_28th(history.as_of - as_days(days_ago))


def _term_months(
    rng: np.random.Generator, segments: Ints, customer_since: Days, history: History
) -> Ints:
    """A year mostly; some large customers for two or three, a few small ones by the quarter."""
    size = len(segments)
    months = np.full(size, 12)
    large = segments == ENTERPRISE
    months[large & chance(rng, 0.22, size)] = 24
    months[large & chance(rng, 0.10, size)] = 36
    lately = customer_since > history.days_ago(_SHORT_TERM_DAYS)
    months[(segments == SMALL_BUSINESS) & lately & chance(rng, 0.06, size)] = SHORT_TERM
    return months


def _touch_models(rng: np.random.Generator, segments: Ints) -> Texts:
    models = np.array(TOUCH_MODELS, dtype=object)[segments]
    models[(segments == SMALL_BUSINESS) & chance(rng, _POOLED_SHARE, len(segments))] = "pooled"
    return models


def _middle_of_next_quarter(history: History, policy: Policy) -> Days:
    quarter = policy.calendar.periods_from(history.today, "quarter", 2)[1]
    start = np.array([quarter.start_on], dtype="datetime64[D]")
    return until_28th(plus_months(start, 1) + np.timedelta64(_NORTHWIND_DUE_DAY - 1, "D"))


def _names(rng: np.random.Generator, industries: Texts, northwind: Flags) -> Texts:
    """Two words, from the industry's own; a third one once those are used up.

    The last two accounts but one share the names of two earlier ones, as happens in every CRM.
    """
    firsts = rng.permutation(len(FIRST_WORDS))
    used: dict[str, int] = {NORTHWIND: 1}
    names: list[str] = []
    turns: Floats = rng.random(len(industries))
    for position, (industry, turn) in enumerate(zip(industries, turns.tolist(), strict=True)):
        seconds = INDUSTRIES[str(industry)]
        name = f"{FIRST_WORDS[firsts[position % len(firsts)]]} {seconds[int(turn * len(seconds))]}"
        again = used.get(name, 0)
        used[name] = again + 1
        if again:
            last = LAST_WORDS[(again - 1) % len(LAST_WORDS)]
            name = f"{name} {last}" if again <= len(LAST_WORDS) else f"{name} {last} {again}"
        names.append(name)
    result = np.array(names, dtype=object)
    result[northwind] = NORTHWIND
    for position in (-2, -3):
        twin = len(names) // 2 + position
        if (
            len(names) > 2 * len(FIRST_WORDS) // len(INDUSTRIES)
            and not northwind[[position, twin]].any()
        ):
            result[position] = result[twin]
    return result

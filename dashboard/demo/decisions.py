"""What customers decide: to leave, to buy more, to renew at another size or price.

Every decision leans on the hidden state of the account, so that health can foretell it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dashboard.demo.draws import Days, Evenly, Flags, Floats, Grid, Ints, Texts, as_days, chance
from dashboard.demo.history import History, years_between
from dashboard.demo.latent import state_on
from dashboard.demo.profiles import SHORT_TERM, Profiles
from dashboard.demo.team import SEGMENTS

CHURN_A_TERM: Final = np.array([0.085, 0.112, 0.150])
"""Share of terms that are not renewed, by segment."""

_STATES: Final = [20.0, 38.0, 46.0, 70.0, 85.0]
_CHURN_BY_STATE: Final = [4.0, 2.9, 1.2, 0.45, 0.26]
_CUT_BY_STATE: Final = [2.4, 2.0, 1.5, 0.8, 0.5]
_BUYS_BY_STATE: Final = [0.3, 0.5, 0.7, 1.1, 1.4]
_LARGE: Final = 800_000_00
_LARGE_CHURN: Final = 0.6
_OWNS_ENOUGH: Final = 1_200_000_00
"""ARR in cents above which nobody buys more: no customer outgrows the company."""
_MOST_CHURN: Final = 0.85
_NOTICE: Final = np.timedelta64(45, "D")
_CUT_SHARE: Final = 0.12
_DROP_SHARE: Final = 0.35
_DISCOUNT_SHARE: Final = 0.30
_RAISE_SHARE: Final = 0.60
_MORE_SEATS_SHARE: Final = 0.34
_SEATS_A_YEAR: Final = np.array([0.36, 0.32, 0.22])
_CROSS_SELL_A_YEAR: Final = np.array([0.20, 0.17, 0.10])
_LEAVES_EARLY_A_YEAR: Final = 0.009
_RETURN_SHARE: Final = 0.12
_SURPRISE_SHARE: Final = 0.20
_USUAL_RAISE: Final = 0.03
_CHURN_BEGINS: Final = np.timedelta64(30, "D")
"""Customers lost before the weekly history begins are not part of the data."""

_WHOLE: Final = 100_00
"""First prices and purchases are whole hundreds; amounts are in cents."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """More seats or another product, bought within a term; only rows that ``buys`` happened."""

    buys: Flags
    day: Days
    product: Ints
    cents: Ints


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is held after renewing, and the one cause named for the difference."""

    held: Ints
    product: Ints
    reason: Texts
    cut: Flags


@dataclass(frozen=True, slots=True)
class Customers:
    """The accounts of a batch as deciders; ``account`` is always the place in the batch."""

    rng: np.random.Generator
    profiles: Profiles
    state: Grid
    history: History
    leaving: Evenly

    def early_leavings(self, account: Ints, starts_on: Days, due_on: Days) -> tuple[Days, Flags]:
        """Who leaves in the middle of a term, and when."""
        length = (due_on - starts_on).astype(np.float64)
        day = starts_on + as_days(length * self.rng.uniform(0.3, 0.8, len(account)))
        early = chance(self.rng, _LEAVES_EARLY_A_YEAR * length / 365.25)
        possible = (day >= self.history.starts_on + _CHURN_BEGINS) & (day <= self.history.as_of)
        return day, early & possible & ~self.profiles.northwind[account]

    def purchase(
        self, reason: str, account: Ints, held: Ints, starts_on: Days, ends_on: Days
    ) -> Purchase:
        """Who buys more seats (``seats``) or another product (``product``) within a term."""
        size = len(account)
        years = years_between(starts_on, ends_on)
        day = starts_on + as_days(self.rng.uniform(0.2, 0.8, size) * years * 365.25)
        total = held.sum(axis=1)
        if reason == "seats":
            a_year, product = _SEATS_A_YEAR, np.argmax(held, axis=1)
            cents = total * self.rng.uniform(0.08, 0.30, size)
        else:
            a_year = _CROSS_SELL_A_YEAR
            product = np.argmax((held == 0) * self.rng.random(held.shape), axis=1)
            cents = total * self.rng.uniform(0.10, 0.30, size)
        mood = np.interp(state_on(self.state, self.history, account, day), _STATES, _BUYS_BY_STATE)
        share = a_year[self.profiles.segments[account]] * years * mood
        buys = chance(self.rng, np.minimum(share, 0.7)) & ~self.profiles.northwind[account]
        buys &= (day <= self.history.as_of) & (total < _OWNS_ENOUGH)
        buys &= self.profiles.term_months[account] > SHORT_TERM
        if reason == "product":
            buys &= held[np.arange(size), product] == 0
        whole = np.maximum(np.round(cents / _WHOLE), 1).astype(np.int64) * _WHOLE
        return Purchase(buys, day, product, whole)

    def non_renewals(self, account: Ints, ends_on: Days, due: Ints) -> Flags:
        """Who does not renew: those doing badly, spread evenly over years and sizes."""
        before = state_on(self.state, self.history, account, ends_on - _NOTICE)
        months = self.profiles.term_months[account]
        share = CHURN_A_TERM[self.profiles.segments[account]] * np.minimum(months / 12, 1.0)
        share *= np.interp(before, _STATES, _CHURN_BY_STATE)
        share *= np.where(due > _LARGE, _LARGE_CHURN, 1.0)
        share[ends_on < self.history.starts_on + _CHURN_BEGINS] = 0.0
        share[self.profiles.northwind[account]] = 0.0
        strata = self.history.years_before(ends_on) * len(SEGMENTS)
        strata += self.profiles.segments[account]
        return self.leaving.chosen(np.minimum(share, _MOST_CHURN), strata, due)

    def surprises(self, early: Flags) -> Flags:
        """Leavings that nothing foretold; those in the middle of a term mostly are."""
        return chance(self.rng, np.where(early, 0.5, _SURPRISE_SHARE))

    def renewal(self, account: Ints, ends_on: Days, held: Ints, uplift: Floats) -> Renewal:
        """Price and size of the next term."""
        rng, size = self.rng, len(account)
        mood = state_on(self.state, self.history, account, ends_on)
        northwind = self.profiles.northwind[account]
        main = np.argmax(held, axis=1)
        cut = chance(rng, _CUT_SHARE * np.interp(mood, _STATES, _CUT_BY_STATE)) & ~northwind
        drops = cut & ((held > 0).sum(axis=1) > 1) & chance(rng, _DROP_SHARE, size)
        discount = cut & ~drops & chance(rng, _DISCOUNT_SHARE, size)
        raises = ~cut & (northwind | chance(rng, _RAISE_SHARE, size))
        more_seats = _MORE_SEATS_SHARE * np.interp(mood, _STATES, _BUYS_BY_STATE)
        grows = ~cut & ~raises & (held.sum(axis=1) < _OWNS_ENOUGH) & chance(rng, more_seats)

        factor = np.ones(size)
        factor = np.where(raises, 1 + np.where(uplift > 0, uplift, _USUAL_RAISE), factor)
        factor = np.where(grows, rng.uniform(1.06, 1.30, size), factor)
        factor = np.where(cut, rng.uniform(0.70, 0.93, size), factor)
        factor = np.where(discount, rng.uniform(0.85, 0.96, size), factor)
        after = np.round(held * factor[:, None]).astype(np.int64)
        others = np.where(np.arange(held.shape[1]) == main[:, None], 0, held)
        second = np.argmax(others, axis=1)
        after[drops] = held[drops]
        after[drops, second[drops]] = 0

        reason = np.full(size, "seats", dtype=object)
        reason[discount | raises] = "price"
        reason[drops] = "product"
        return Renewal(after, np.where(drops, second, main), reason, cut)

    def returns(self, account: Ints, ends_on: Days) -> tuple[Flags, Days, Floats]:
        """Who comes back after leaving, when, and with what share of the former ARR."""
        size = len(account)
        day = ends_on + as_days(self.rng.integers(100, 330, size))
        back = chance(self.rng, _RETURN_SHARE, size) & (day <= self.history.as_of)
        return back, day, self.rng.uniform(0.5, 0.9, size)

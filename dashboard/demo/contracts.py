"""What customers bought, renewed and left: contract lines, movements of ARR and terms.

Every account runs through its terms one after another, all accounts of a batch at once. The lines
of a term end on the same day; money is whole cents of the account's currency.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from dashboard.demo.decisions import Customers
from dashboard.demo.draws import NO_DAY, Days, Flags, Floats, Ints, Texts, chance, text
from dashboard.demo.history import plus_months
from dashboard.demo.profiles import SHORT_TERM
from dashboard.demo.reference import PRODUCTS

RENEWED: Final = "renewed"
CHURNED: Final = "churned"
LEFT_EARLY: Final = "left early"
UPLIFTS: Final = np.array([0.03, 0.04, 0.05, 0.07])
_UPLIFT_SHARE: Final = 0.6
_LATE_DAYS: Final = 20
_LATE_EVERY: Final = 4
_MOVEMENT_ORDER: Final = ("account", "effective_on", "product")
_LINE_ORDER: Final = ("account", "starts_on", "product")
_RETURN_WHOLE: Final = 100_00


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of a batch; ``account`` is the place in the batch, money is in cents."""

    lines: pl.DataFrame
    """account, product, term, starts_on, ends_on, cents, months, uplift; line is its row."""
    movements: pl.DataFrame
    """account, product, effective_on, movement, reason, cents, line"""
    terms: pl.DataFrame
    """account, term, starts_on, ends_on, due, outcome, after, is_late, line; outcomes of terms that
    end after the as-of date are what they will come to."""
    declines: pl.DataFrame
    """account, until, depth: losses show in the hidden state before they happen."""


def contracts(customers: Customers) -> Contracts:
    """Run every account of a batch from its first day to the as-of date."""
    return _Run(customers).contracts()


class _Run:
    def __init__(self, customers: Customers) -> None:
        self.customers = customers
        self.rng = customers.rng
        profiles = customers.profiles
        self.held: Ints = np.zeros((len(profiles), len(PRODUCTS)), dtype=np.int64)
        self.held[np.arange(len(profiles)), profiles.first_product] = profiles.first_arr * 100
        self.starts_on: Days = profiles.customer_since.copy()
        self.lates = 0
        self.lines: list[pl.DataFrame] = []
        self.movements: list[pl.DataFrame] = []
        self.terms: list[pl.DataFrame] = []
        self.declines: list[pl.DataFrame] = []

    def contracts(self) -> Contracts:
        account = np.arange(len(self.held))
        self._move(account, self.starts_on, "new", reason="new", cents=self.held.sum(axis=1))
        term = 0
        while len(account):
            account = self._round(account, term)
            term += 1
        lines = pl.concat(self.lines).sort(*_LINE_ORDER, maintain_order=True).with_row_index("line")
        return Contracts(
            lines=lines,
            movements=_with_lines(pl.concat(self.movements), lines),
            terms=pl.concat(self.terms)
            .join(
                lines.group_by("account", "term").agg(pl.col("line").min()), on=["account", "term"]
            )
            .sort("account", "term"),
            declines=pl.concat(self.declines),
        )

    def _round(self, account: Ints, term: int) -> Ints:
        """One term of each account; returns those that have another one already."""
        today = self.customers.history.as_of
        months = self.customers.profiles.term_months[account]
        starts_on = self.starts_on[account]
        due_on = plus_months(starts_on, months)
        early_on, early = self.customers.early_leavings(account, starts_on, due_on)
        ends_on = np.where(early, early_on, due_on)
        offered = chance(self.rng, _UPLIFT_SHARE, len(account))
        uplift = np.where(offered, self.rng.choice(UPLIFTS, len(account)), 0.0)

        self._add_lines(
            account,
            self.held[account],
            term=term,
            starts_on=starts_on,
            ends_on=ends_on,
            uplift=uplift,
        )
        self._buy_more(account, term, starts_on, ends_on, uplift)

        due = self.held[account].sum(axis=1)
        stays = ~early & ~self.customers.non_renewals(account, ends_on, due)
        outcome = np.select([early, stays], [LEFT_EARLY, RENEWED], CHURNED).astype(object)
        foretold = ~stays & ~self.customers.surprises(early)
        self._foretell(account[foretold], ends_on[foretold], 24, 44)

        past = ends_on <= today
        late = self._late(account, ends_on, stays)
        renews = past & stays & ~late
        gone = past & ~stays
        self._renew(account[renews], ends_on[renews], uplift[renews])
        # Lines of late renewals go on, without an end, until the next term is signed.
        self._add_lines(
            account[late],
            self.held[account[late]],
            term=term,
            starts_on=ends_on[late],
            ends_on=np.full(int(late.sum()), NO_DAY),
            uplift=np.zeros(int(late.sum())),
        )
        self._move(account[gone], ends_on[gone], "churn", reason="churn", cents=-due[gone])
        self.terms.append(
            pl.DataFrame(
                {
                    "account": account,
                    "term": np.full(len(account), term),
                    "starts_on": starts_on,
                    "ends_on": ends_on,
                    "due": due,
                    "outcome": text(outcome),
                    "after": np.where(renews, self.held[account].sum(axis=1), 0),
                    "is_late": late,
                },
            )
        )
        self.starts_on[account[renews]] = ends_on[renews]
        back = self._come_back(account[gone], ends_on[gone])
        return np.sort(np.concatenate([account[renews], back]))

    def _buy_more(
        self, account: Ints, term: int, starts_on: Days, ends_on: Days, uplift: Floats
    ) -> None:
        """More seats or another product within the term, ending with it."""
        for reason in ("seats", "product"):
            purchase = self.customers.purchase(
                reason, account, self.held[account], starts_on, ends_on
            )
            buys = purchase.buys & (purchase.day < ends_on)
            who, product, cents = account[buys], purchase.product[buys], purchase.cents[buys]
            bought = np.zeros((len(who), self.held.shape[1]), dtype=np.int64)
            bought[np.arange(len(who)), product] = cents
            self._add_lines(
                who,
                bought,
                term=term,
                starts_on=purchase.day[buys],
                ends_on=ends_on[buys],
                uplift=uplift[buys],
            )
            self._move(
                who, purchase.day[buys], "expansion", reason=reason, cents=cents, product=product
            )
            self.held[who] += bought

    def _renew(self, account: Ints, ends_on: Days, uplift: Floats) -> None:
        before = self.held[account]
        renewal = self.customers.renewal(account, ends_on, before, uplift)
        self.held[account] = renewal.held
        self._foretell(account[renewal.cut], ends_on[renewal.cut], 8, 20)
        cents = renewal.held.sum(axis=1) - before.sum(axis=1)
        for movement, rows in (("expansion", cents > 0), ("contraction", cents < 0)):
            self._move(
                account[rows],
                ends_on[rows],
                movement,
                reason=renewal.reason[rows],
                cents=cents[rows],
                product=renewal.product[rows],
            )

    def _come_back(self, account: Ints, ends_on: Days) -> Ints:
        """Some who left return after some months, with one product and smaller."""
        back, day, share = self.customers.returns(account, ends_on)
        who = account[back]
        cents = self.held[who].sum(axis=1) * share[back]
        main = np.argmax(self.held[who], axis=1)
        self.held[who] = 0
        self.held[who, main] = np.round(cents / _RETURN_WHOLE + 1).astype(np.int64) * _RETURN_WHOLE
        self.starts_on[who] = day[back]
        self._move(
            who,
            day[back],
            "reactivation",
            reason="reactivation",
            cents=self.held[who].sum(axis=1),
        )
        return who

    def _late(self, account: Ints, ends_on: Days, stays: Flags) -> Flags:
        """A few renewals of the last three weeks that are still being negotiated."""
        history = self.customers.history
        recent = (ends_on <= history.as_of) & (ends_on > history.days_ago(_LATE_DAYS)) & stays
        recent &= self.customers.profiles.term_months[account] > SHORT_TERM
        places = self.lates + np.cumsum(recent) - 1
        self.lates += int(recent.sum())
        late: Flags = recent & (places % _LATE_EVERY == 1)
        return late

    def _foretell(self, account: Ints, until: Days, least: float, most: float) -> None:
        depth = self.rng.uniform(least, most, len(account))
        self.declines.append(pl.DataFrame({"account": account, "until": until, "depth": depth}))

    def _add_lines(
        self,
        account: Ints,
        cents: Ints,
        *,
        term: int,
        starts_on: Days,
        ends_on: Days,
        uplift: Floats,
    ) -> None:
        """A line for every product with an amount; ``cents`` is accounts x products."""
        rows, product = np.nonzero(cents)
        months = np.where(np.isnat(ends_on), 0, self.customers.profiles.term_months[account])
        self.lines.append(
            pl.DataFrame(
                {
                    "account": account[rows],
                    "product": product,
                    "term": np.full(len(rows), term),
                    "starts_on": starts_on[rows],
                    "ends_on": ends_on[rows],
                    "cents": cents[rows, product],
                    "months": months[rows],
                    "uplift": uplift[rows],
                }
            )
        )

    def _move(
        self,
        account: Ints,
        effective_on: Days,
        movement: str,
        *,
        reason: str | Texts,
        cents: Ints,
        product: Ints | None = None,
    ) -> None:
        main = np.argmax(self.held[account], axis=1)
        size = len(account)
        self.movements.append(
            pl.DataFrame(
                {
                    "account": account,
                    "product": main if product is None else product,
                    "effective_on": effective_on,
                    "movement": [movement] * size,
                    "reason": [reason] * size if isinstance(reason, str) else text(reason),
                    "cents": cents,
                },
                schema_overrides={"movement": pl.String, "reason": pl.String},
            )
        )


def _with_lines(movements: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Movements with the line that begins with them, or else the one that ends."""
    started, ended = (
        lines.unique(["account", "product", day], keep="first", maintain_order=True).select(
            "account", "product", pl.col(day).alias("effective_on"), pl.col("line").alias(day)
        )
        for day in ("starts_on", "ends_on")
    )
    key = ["account", "product", "effective_on"]
    return (
        movements.join(started, on=key, how="left")
        .join(ended, on=key, how="left")
        .with_columns(line=pl.coalesce("starts_on", "ends_on"))
        .drop("starts_on", "ends_on")
        .sort(*_MOVEMENT_ORDER, maintain_order=True)
    )

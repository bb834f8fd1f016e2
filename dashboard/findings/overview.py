"""What changed, in words: an account's changes told together, the largest first."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.findings.change_words import Row, phrase
from dashboard.findings.change_words import total as moved_by
from dashboard.formats import Unit, count_of
from dashboard.metrics import total

MOVED: Final = ("new", "reactivation", "expansion", "contraction", "churn")
"""Kinds of change that move ARR, in the order of the bridge."""
SUBJECTS: Final = {
    "new": "bridge",
    "reactivation": "bridge",
    "expansion": "bridge",
    "contraction": "churn",
    "churn": "churn",
    "renewed": "renewals",
    "renewal lost": "churn",
    "became red": "health",
    "became green": "health",
    "left red": "health",
    "renewal forecast": "forecast",
    "opportunity forecast": "expansion",
    "risk opened": "risks",
    "risk escalated": "risks",
    "risk resolved": "risks",
    "detractor": "nps",
    "renewal ahead": "renewals",
    "customer stage": "lifecycle",
    "opportunity stage": "expansion",
}
"""Page of each kind of change."""
MOST_TOLD: Final = 3
"""Changes of one account that a sentence holds; of the others it says how many there are."""


@dataclass(frozen=True, slots=True)
class Story:
    """The changes of one account, told after its name.

    ``amount`` is the largest of them, signed; ``page`` is that of the first one told.
    """

    account_id: str | None
    account_name: str
    page: str
    amount: Decimal
    text: str
    changes: int


@dataclass(frozen=True, slots=True)
class Told:
    """Accounts whose ARR moved most, those where most is at stake, and what is left to tell."""

    moved: tuple[Story, ...]
    at_stake: tuple[Story, ...]
    more_changes: int
    more_amount: Decimal


def told(changes: pl.DataFrame, *, most: int, currency: str) -> Told:
    """The accounts to tell of, over the columns of ``queries.overview.CHANGES``.

    Half of them by how much their ARR moved, the others by the largest amount of a change; nobody
    is told twice. What is not told is counted: every account at its largest change.
    """
    key = pl.col("account_id").fill_null("")
    amounts = (
        changes.select(
            "kind", key=key, arr=pl.col("arr").fill_null(pl.lit(0, dtype=changes.schema["arr"]))
        )
        .group_by("key")
        .agg(
            moved=pl.col("arr").filter(pl.col("kind").is_in(MOVED)).sum().abs(),
            largest=pl.col("arr").abs().max(),
            changes=pl.len(),
        )
    )
    movers = (
        amounts.filter(pl.col("moved") != 0)
        .sort("moved", "key", descending=[True, False])
        .head(most // 2)
    )
    others = amounts.join(movers, on="key", how="anti").sort(
        "largest", "key", descending=[True, False]
    )
    place = most - len(movers)
    at_stake, left = others.head(place), others.slice(place)
    told_of = _by_account(changes.filter(key.is_in([*movers["key"], *at_stake["key"]])))
    accounts = {each: _Account(rows, currency) for each, rows in told_of.items()}
    return Told(
        moved=tuple(accounts[each].story(moved_first=True) for each in movers["key"]),
        at_stake=tuple(accounts[each].story(moved_first=False) for each in at_stake["key"]),
        more_changes=int(left["changes"].sum()),
        more_amount=Decimal(left["largest"].sum() or 0),
    )


def changed(changes: pl.DataFrame, since: str, *, currency: str) -> str:
    """How ARR moved and by what; over the columns of ``queries.overview.CHANGES``."""
    if changes.is_empty():
        return f"No change since {since}"
    moved = changes.filter(pl.col("kind").is_in(MOVED))
    accounts = changes["account_id"].n_unique()
    said = f"{count_of(len(changes), 'change')} at {count_of(accounts, 'account')} since {since}"
    if moved.is_empty():
        return f"{said}, none of them of ARR"
    sums = {kind: Decimal(moved.filter(pl.col("kind") == kind)["arr"].sum() or 0) for kind in MOVED}
    parts = [
        f"{_signed(amount, currency)} {NAMES[kind]}" for kind, amount in sums.items() if amount
    ]
    net = _signed(sum(sums.values(), Decimal(0)), currency)
    return f"ARR {net} since {since}: {', '.join(parts)}"


def more(told: Told, changes: int, since: str, *, currency: str) -> str:
    """What the sentences leave to the table."""
    if not told.more_changes:
        return f"All {count_of(changes, 'change')} since {since}"
    worth = Unit.MONEY.text(told.more_amount, currency=currency)
    return (
        f"{told.more_changes:,} more {'change' if told.more_changes == 1 else 'changes'} worth "
        f"{worth}; the table has all {changes:,} since {since}"
    )


NAMES: Final = {
    "new": "new",
    "reactivation": "returned",
    "expansion": "expansion",
    "contraction": "contraction",
    "churn": "churn",
}


def at_stake(due: pl.DataFrame, first: str, last: str, *, currency: str) -> str:
    """What is open and red of some quarters; over their ``DUE_BY_QUARTER`` rows."""
    still_open = due.filter(pl.col("open") > 0)
    if still_open.is_empty():
        return f"No renewal of {first} to {last} is open"
    red = still_open.filter(pl.col("health_band") == "red")
    whole = Unit.MONEY.text(total(still_open["arr_open"]), currency=currency)
    number = count_of(int(still_open["open"].sum()), "renewal")
    bad = Unit.MONEY.text(total(red["arr_open"]), currency=currency)
    return f"{whole} in {number} is open from {first} to {last}, {bad} of it red"


def at_risk(renewals: pl.DataFrame, until: str, *, currency: str) -> str:
    """The largest renewals at red; over the columns of ``queries.overview.AT_RISK``."""
    if renewals.is_empty():
        return f"No open renewal due by {until} is of a customer at red"
    whole = Unit.MONEY.text(total(renewals["arr_due"]), currency=currency)
    largest = renewals.row(0, named=True)
    amount = Unit.MONEY.text(largest["arr_due"], currency=currency)
    return (
        f"{count_of(len(renewals), 'open renewal')} of customers at red, {whole}; "
        f"the largest is {largest['account_name']}, {amount}"
    )


class _Account:
    """Changes of one account, each kind once."""

    def __init__(self, rows: list[Row], currency: str) -> None:
        self.rows = rows
        self.currency = currency
        self.moved = moved_by(row for row in rows if row["kind"] in MOVED)
        self.largest = max((r["arr"] or Decimal(0) for r in rows), key=abs)

    def story(self, *, moved_first: bool) -> Story:
        kinds: dict[str, list[Row]] = {}
        for row in self.rows:
            kinds.setdefault(row["kind"], []).append(row)
        order = list(SUBJECTS)
        ranked = sorted(
            kinds,
            key=lambda kind: (
                moved_first and kind not in MOVED,
                -max(abs(row["arr"] or 0) for row in kinds[kind]),
                order.index(kind),
            ),
        )
        said = [
            phrase(kind, kinds[kind], self.currency, first=place == 0)
            for place, kind in enumerate(ranked[:MOST_TOLD])
        ]
        left = sum(len(kinds[kind]) for kind in ranked[MOST_TOLD:])
        if left:
            said.append(f"{count_of(left, 'change')} more")
        return Story(
            account_id=self.rows[0]["account_id"],
            account_name=self.rows[0]["account_name"] or "Without an account",
            page=SUBJECTS[ranked[0]],
            amount=self.moved if moved_first else self.largest,
            text="; ".join(said),
            changes=len(self.rows),
        )


def _by_account(changes: pl.DataFrame) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in changes.sort("changed_on", maintain_order=True).iter_rows(named=True):
        found.setdefault(row["account_id"] or "", []).append(row)
    return found


def _signed(amount: Decimal, currency: str) -> str:
    text = Unit.MONEY.text(abs(amount), currency=currency)
    return f"{'-' if amount < 0 else '+'}{text}"

"""Metrics of digital programmes, over ``queries.digital.BY_MONTH`` and ``EFFECTS``."""

from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total
from dashboard.metrics.proportions import difference, wilson

CONTROL: Final = "control"


@metric("Messages", unit=Unit.COUNT, better="neither")
def messages(months: pl.DataFrame) -> int:
    """Messages of digital programmes sent in the window; those withheld from control arms are no
    messages.
    """
    return int(_sent(months)["messages"].sum())


@metric("Right contact", unit=Unit.SHARE, better="higher")
def identified(months: pl.DataFrame) -> float | None:
    """Messages with a person to write to divided by all messages whose days to act are over."""
    sent = _sent(months)
    return share(sent["identified"].sum(), sent["settled"].sum())


@metric("Reach", unit=Unit.SHARE, better="higher")
def reach(months: pl.DataFrame) -> float | None:
    """Messages with a person to write to that this person saw, divided by all messages whose days
    to act are over. A control arm is never reached and counts on neither side.
    """
    sent = _sent(months)
    return share(sent["reached"].sum(), sent["settled"].sum())


@metric("Effect", unit=Unit.SHARE, better="higher")
def effect(months: pl.DataFrame) -> float | None:
    """Messages after which the person did what was asked within the days that the policy leaves,
    divided by all messages that were seen.
    """
    sent = _sent(months)
    return share(sent["reached_acted"].sum(), sent["reached"].sum())


@metric("Accounts that acted", unit=Unit.COUNT, better="higher")
def accounts_acted(effects: pl.DataFrame) -> int:
    """Accounts outside control arms where somebody did what was asked within the days that the
    policy leaves, once for each programme.
    """
    return int(_sent(effects)["acted"].sum())


@metric("Change in active users", unit=Unit.SHARE, better="higher")
def users_change(effects: pl.DataFrame) -> float | None:
    """Weekly active users at the end of the outcome days against the four weeks before the first
    message, as a change, summed over accounts that acted outside control arms.
    """
    acted = _sent(effects).filter(pl.col("response") == "acted")
    ratio = share(acted["users_after"].sum(), acted["users_before"].sum())
    return None if ratio is None else ratio - 1


@metric("Expansion after acting", unit=Unit.MONEY, better="higher")
def expansion_after(effects: pl.DataFrame) -> Decimal | None:
    """ARR of expansions within the outcome days of accounts that acted outside control arms. An
    expansion counts for each programme the account is in: programmes do not add up.
    """
    return total(_sent(effects).filter(pl.col("response") == "acted")["expansion_arr"])


def shares(months: pl.DataFrame, part: str, whole: str, *keys: str) -> pl.DataFrame:
    """A share of messages by groups with Wilson's interval: value, low, high and n."""
    sums = (
        _sent(months)
        .group_by(keys, maintain_order=True)
        .agg(part=pl.col(part).sum(), n=pl.col(whole).sum())
        .filter(pl.col("n") > 0)
    )
    found = [wilson(row["part"], row["n"]) for row in sums.iter_rows(named=True)]
    return sums.with_columns(
        pl.Series(name, [getattr(each, name) for each in found], dtype=pl.Float64)
        for name in ("value", "low", "high")
    )


def is_another(now: pl.DataFrame, then: pl.DataFrame, part: str, whole: str) -> bool:
    """Whether a share of two windows differs by more than chance: Newcombe's has no zero."""
    gap = difference(
        *(int(_sent(rows)[name].sum()) for rows in (now, then) for name in (part, whole))
    )
    return gap is not None and not gap.has_zero


def _sent(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("arm").is_in([CONTROL, "both arms"]))

"""Metrics of one account, over the columns of ``queries.account.FACTS``."""

from decimal import Decimal
from typing import Any

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share


@metric("ARR", unit=Unit.MONEY, better="higher")
def arr(facts: pl.DataFrame) -> Decimal | None:
    """ARR of the account's live contract lines on the as-of date, in the reporting currency at the
    rates of that date.
    """
    value: Decimal | None = _only(facts, "arr")
    return value


@metric("Health score", unit=Unit.SCORE, better="higher")
def score(facts: pl.DataFrame) -> float | None:
    """Overall health of the account on the as-of date, 0 to 100: the mean of outcomes and
    experience by the weights of the policy. Not available where too little is covered.
    """
    value: float | None = _only(facts, "overall_score")
    return value


@metric("ARR of the next renewal", unit=Unit.MONEY, better="neither")
def arr_due(facts: pl.DataFrame) -> Decimal | None:
    """ARR before the renewal of the open renewal that is due first, an overdue one included."""
    value: Decimal | None = _only(facts, "arr_due")
    return value


@metric("Seats in use", unit=Unit.SHARE, better="higher")
def seats_used(facts: pl.DataFrame) -> float | None:
    """People who used the product in the last week that was over, divided by the seats licensed
    in it. Not available where that week is older than a health measure may be.
    """
    return share(_only(facts, "active_users"), _only(facts, "licensed_seats"))


@metric("Would recommend, of 10", unit=Unit.SCORE, better="higher")
def last_answer(facts: pl.DataFrame) -> int | None:
    """How likely the last person who answered would recommend us, 0 to 10: from 9 a promoter, below
    7 a detractor.
    """
    value: int | None = _only(facts, "nps_score")
    return value


@metric("Open risks", unit=Unit.COUNT, better="lower")
def open_risks(facts: pl.DataFrame) -> int | None:
    """Risks opened by the as-of date and not resolved on it."""
    value: int | None = _only(facts, "open_risks")
    return value


def _only(facts: pl.DataFrame, column: str) -> Any:  # noqa: ANN401 -- a value of any column
    return facts[column].to_list()[0] if len(facts) and column in facts.columns else None

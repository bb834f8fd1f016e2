"""Metrics of one-on-ones, over the columns of ``queries.one_on_one.ACCOUNTS`` if none is named."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, total


@metric("Customers", unit=Unit.COUNT, better="neither")
def customers(accounts: pl.DataFrame) -> int:
    """Customers the CSM holds on the day."""
    return len(accounts)


@metric("ARR", unit=Unit.MONEY, better="higher")
def arr(accounts: pl.DataFrame) -> Decimal | None:
    """ARR of the customers the CSM holds on the day, at the exchange rates of the day."""
    return total(accounts["arr"])


@metric("ARR at red", unit=Unit.MONEY, better="lower")
def red_arr(accounts: pl.DataFrame) -> Decimal | None:
    """ARR of the customers of the book whose health is red on the day."""
    return total(accounts.filter(pl.col("health_band") == "red")["arr"])


@metric("Renewals ahead", unit=Unit.COUNT, better="neither")
def renewals_ahead(accounts: pl.DataFrame) -> int:
    """Open renewals of the book due within the longest window of the renewal calendar, overdue ones
    included.
    """
    return int(accounts["renewals_due"].sum())


@metric("ARR of these renewals", unit=Unit.MONEY, better="neither")
def renewing_arr(accounts: pl.DataFrame) -> Decimal | None:
    """ARR due in the open renewals within the window, overdue ones included."""
    return total(accounts["arr_due"])


@metric("Open expansion", unit=Unit.MONEY, better="higher")
def open_expansion(accounts: pl.DataFrame) -> Decimal | None:
    """ARR that the open opportunities of the book's customers would add, not weighted; those of
    who is no customer are left out.
    """
    return total(accounts["expansion_amount"])


def _average(weeks: pl.DataFrame, measure: str) -> float | None:
    found = weeks.filter(pl.col("measure") == measure)["average_score"]
    return None if found.is_empty() else found[-1]


@metric("Deployment", unit=Unit.SCORE, better="higher")
def deployment(weeks: pl.DataFrame) -> float | None:
    """Mean deployment score of the customers measured in the last of the weeks. Takes the columns
    of ``queries.one_on_one.WEEKLY``.
    """
    return _average(weeks, "deployment")


@metric("Adoption", unit=Unit.SCORE, better="higher")
def adoption(weeks: pl.DataFrame) -> float | None:
    """Mean adoption score of the customers measured in the last of the weeks. Takes the columns of
    ``queries.one_on_one.WEEKLY``.
    """
    return _average(weeks, "adoption")


@metric("Executive touches", unit=Unit.COUNT, better="higher")
def executive_touches(months: pl.DataFrame) -> int:
    """Calls, meetings, e-mails and business reviews in which an executive of a customer took part.
    Takes the columns of ``queries.one_on_one.EXECUTIVES_BY_MONTH``.
    """
    return int(months["touches"].sum())


@metric("Customers so touched", unit=Unit.COUNT, better="higher")
def executives_reached(months: pl.DataFrame) -> int | None:
    """Customers with such a touch in the month; of several months not defined, for a customer would
    count twice. Takes the columns of ``queries.one_on_one.EXECUTIVES_BY_MONTH``.
    """
    return int(months["accounts"].sum()) if len(months) <= 1 else None

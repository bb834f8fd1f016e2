"""Metrics of renewals, over ``queries.renewals.DUE_BY_QUARTER``; the last ones over ``RATED``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, share, total


@metric("ARR due", unit=Unit.MONEY, better="neither")
def arr_due(due: pl.DataFrame) -> Decimal | None:
    """ARR before the renewal, of every renewal whose due date falls in the quarter, open or
    closed, in the reporting currency at the rates of the as-of date.
    """
    return total(due["arr_due"])


@metric("Still open", unit=Unit.MONEY, better="neither")
def arr_open(due: pl.DataFrame) -> Decimal | None:
    """ARR due of the quarter's renewals that are neither renewed nor lost on the as-of date;
    overdue ones count as open.
    """
    return total(due["arr_open"])


@metric("Open ARR at red", unit=Unit.MONEY, better="lower")
def arr_red(due: pl.DataFrame) -> Decimal | None:
    """Open ARR due of accounts whose health is red on the as-of date: the quarter's worst case."""
    return arr_open.compute(due.filter(pl.col("health_band") == "red"))  # type: ignore[return-value]


@metric("Renewal rate so far", unit=Unit.SHARE, better="higher")
def gross_renewal_rate(due: pl.DataFrame) -> float | None:
    """ARR renewed, each renewal capped at what was due, divided by the ARR due of the quarter's
    closed renewals. Open renewals are in neither part.
    """
    closed = Decimal(due["arr_due"].sum() or 0) - Decimal(due["arr_open"].sum() or 0)
    return share(Decimal(due["arr_renewed_capped"].sum() or 0), closed)


@metric("Renewals due", unit=Unit.COUNT, better="neither")
def renewals(due: pl.DataFrame) -> int:
    """Number of renewals whose due date falls in the quarter, open or closed."""
    return int(due["renewals"].sum())


@metric("Overdue", unit=Unit.MONEY, better="lower")
def arr_overdue(overdue: pl.DataFrame) -> Decimal | None:
    """ARR due of every renewal past its due date and still open on the as-of date, of whatever
    quarter.
    """
    return total(overdue["arr_due"])


@metric("Gross renewal rate", unit=Unit.SHARE, better="higher")
def gross_rate(rated: pl.DataFrame) -> float | None:
    """ARR renewed, each renewal capped at what was due, divided by the ARR due of the renewals that
    the retention policy calls decided.
    """
    return share(rated["counted_arr_capped"].sum(), rated["counted_arr_due"].sum())


@metric("Net renewal rate", unit=Unit.SHARE, better="higher")
def net_rate(rated: pl.DataFrame) -> float | None:
    """ARR renewed, growth included, divided by the ARR due of the renewals that the retention
    policy calls decided.
    """
    return share(rated["counted_arr_renewed"].sum(), rated["counted_arr_due"].sum())


@metric("Logo renewal rate", unit=Unit.SHARE, better="higher")
def logo_rate(rated: pl.DataFrame) -> float | None:
    """Share of the renewals that the retention policy calls decided that counts as renewed, an
    anniversary too where the policy counts them.
    """
    decided = rated.filter("is_decided")
    renewed = decided.filter(pl.col("outcome").is_in(["renewed", "anniversary"]))
    return share(len(renewed), len(decided))


@metric("Without a known amount", unit=Unit.COUNT, better="lower")
def unknown_amounts(rated: pl.DataFrame) -> int:
    """Renewals that closed and are in no rate because what was due or what was renewed is not
    known: nothing was entered, or its currency has no exchange rate.
    """
    return int((rated["outcome"] == "amount unknown").sum())

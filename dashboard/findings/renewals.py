"""What the renewals say."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def due_by_quarter(due: pl.DataFrame, quarter: str, *, currency: str) -> str:
    """How much of the quarter's ARR is still open; over the quarter's ``DUE_BY_QUARTER`` rows."""
    renewals, still_open = int(due["renewals"].sum()), int(due["open"].sum())
    if not renewals:
        return f"No renewals fall due in {quarter}"
    arr_due = Unit.MONEY.text(total(due["arr_due"]), currency=currency)
    if not still_open:
        return f"All {count_of(renewals, 'renewal')} of {quarter} ({arr_due}) are closed"
    arr_open = Unit.MONEY.text(total(due["arr_open"]), currency=currency)
    return (
        f"{arr_open} of the {arr_due} due in {quarter} is still open, "
        f"{still_open:,} of {count_of(renewals, 'renewal')}"
    )


def worst_case(cells: pl.DataFrame, quarter: str, *, currency: str) -> str:
    """Red ARR of the quarter's open renewals; over the cells of the segment x band chart."""
    red = cells.filter((pl.col("band") == "red") & (pl.col("open") > 0))
    if not int(cells["open"].sum()):
        return f"No renewal of {quarter} is open"
    if red.is_empty():
        return f"No open renewal of {quarter} is red"
    whole = red["arr_open"].sum()
    worst = red.sort("arr_open", descending=True, nulls_last=True).row(0, named=True)
    is_most = 2 * (worst["arr_open"] or 0) > whole
    part = "all" if len(red) == 1 else "most" if is_most else "the largest part"
    return (
        f"Worst case for {quarter}: {Unit.MONEY.text(whole, currency=currency)} open at red, "
        f"{part} of it in {worst['segment']}"
    )


def high_risk(customers: pl.DataFrame, high_value: Decimal, *, currency: str) -> str:
    """Red customers above a value; over the columns of ``queries.accounts.CUSTOMERS``."""
    threshold = Unit.MONEY.text(high_value, currency=currency)
    risky = customers.filter((pl.col("health_band") == "red") & (pl.col("arr") >= high_value))
    if risky.is_empty():
        return f"No customer of {threshold} or more is red"
    arr = Unit.MONEY.text(total(risky["arr"]), currency=currency)
    if len(risky) == 1:
        return f"1 customer of {threshold} or more is red: {risky['account_name'][0]}, {arr}"
    return f"{len(risky):,} customers of {threshold} or more are red: {arr} together"


def overdue(rows: pl.DataFrame, *, currency: str) -> str:
    """What is past its date and open; over the columns of ``queries.renewals.OVERDUE``."""
    if rows.is_empty():
        return "No renewal is past its date and still open"
    arr = Unit.MONEY.text(total(rows["arr_due"]), currency=currency)
    return (
        f"{count_of(len(rows), 'renewal')} worth {arr} "
        f"{'is' if len(rows) == 1 else 'are'} past the due date and still open"
    )

"""Metrics of coverage, over the columns of ``queries.coverage.BY_CSM``."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, total


def per_csm(books: pl.DataFrame) -> pl.DataFrame:
    """Accounts and ARR of each CSM over all segments, one row per CSM; unassigned left out."""
    return (
        books.filter(pl.col("member_id").is_not_null())
        .group_by("member_id", maintain_order=True)
        .agg(
            pl.col("accounts").sum(),
            pl.when(pl.col("arr").is_not_null().any()).then(pl.col("arr").sum()),
        )
    )


@metric("ARR per CSM", unit=Unit.MONEY, better="neither")
def median_arr(books: pl.DataFrame) -> float | None:
    """Median ARR of the books of all CSMs, those without customers included; unassigned customers
    are in no book.
    """
    held = per_csm(books)
    if total(held.filter(pl.col("accounts") > 0)["arr"]) is None:
        return None
    median = held["arr"].cast(pl.Float64).median()
    return median if isinstance(median, float) else None


@metric("Customers per CSM", unit=Unit.COUNT, better="neither")
def median_accounts(books: pl.DataFrame) -> float | None:
    """Median number of customers in the books of all CSMs; unassigned customers are in no book."""
    median = per_csm(books)["accounts"].median()
    return median if isinstance(median, float) else None


@metric("Unassigned ARR", unit=Unit.MONEY, better="lower")
def unassigned_arr(books: pl.DataFrame) -> Decimal | None:
    """ARR of customers without a CSM on the as-of date."""
    return total(books.filter(pl.col("member_id").is_null())["arr"])


@metric("CSMs", unit=Unit.COUNT, better="neither")
def csms(books: pl.DataFrame) -> int:
    """CSMs with a customer on the as-of date, or employed without one."""
    return per_csm(books).height

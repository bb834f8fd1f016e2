"""Which amounts of a table add up over its rows, and to what."""

from decimal import Decimal
from typing import Final

import polars as pl

_KEYS: Final = ("renewal_id", "opportunity_id", "account_id")
"""What a row is one of: the first that a table has must not come twice."""
_ADDED: Final = frozenset(
    {
        *("arr", "arr_due", "arr_renewed", "arr_renewed_capped", "arr_lost", "arr_at_stake"),
        *("amount", "weighted_amount", "expansion_amount"),
        *("potential_arr", "in_pipeline", "net_potential", "expected_value"),
    }
)
_NOT_ROWS: Final = frozenset({"arr_before", "happened_on", "restated"})
"""Columns of what happened and of bridges: their rows are of several kinds."""


def totals(frame: pl.DataFrame) -> dict[str, Decimal]:
    """The sum of every column of money over all rows, to the cent."""
    return {
        column: sum((value for value in frame[column] if value is not None), Decimal(0))
        for column, dtype in frame.schema.items()
        if isinstance(dtype, pl.Decimal)
    }


def added(frame: pl.DataFrame) -> dict[str, Decimal]:
    """The sums of those columns of money that add up over the rows, to the cent.

    What a customer pays does not, where a customer stands in several rows; nor do the lines of
    a bridge, limits, or states before and after.
    """
    key = next((each for each in _KEYS if each in frame.columns), None)
    if key is not None and frame[key].is_duplicated().any():
        return {}
    if not _NOT_ROWS.isdisjoint(frame.columns):
        return {}
    return {column: value for column, value in totals(frame).items() if column in _ADDED}

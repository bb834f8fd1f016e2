"""How a new load differs from the last: rows and money of each table."""

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard import contract
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import WarehouseError

HELD: Final = columns(table_name=pl.String, rows=pl.Int64, amount=MONEY, amount_is=pl.String)
DIFFERENCE: Final = columns(
    table_name=pl.String,
    rows_before=pl.Int64,
    rows_after=pl.Int64,
    amount_is=pl.String,
    amount_before=MONEY,
    amount_after=MONEY,
    largest_change=pl.Float64,
)
"""``largest_change`` is a share of what was there: 1 where there was nothing or nothing is left."""

_LIVE: Final = "sum(case when {on} then {money} end)"
_AMOUNTS: Final = {
    "subscriptions": (
        "live ARR",
        "starts_on <= {day} and (ends_on is null or ends_on > {day})",
    ),
    "arr_movements": ("ARR by movements", "effective_on <= {day}"),
    "renewals": ("open ARR due", "status = 'open'"),
    "opportunities": ("open amount", "closed_on is null"),
}
"""What the money of a table is compared as, and of which rows; of other tables all of it."""


def held(warehouse: Path, as_of: date) -> pl.DataFrame:
    """Rows and money of each table of a warehouse, but the derived ``fiscal_periods``.

    Currencies are added as they stand.

    Raises
    ------
    WarehouseError
        The file is no warehouse of this version.
    """
    day = f"date '{as_of.isoformat()}'"
    queries = []
    for table in contract.tables().values():
        if table.name == "fiscal_periods":
            continue
        money = next((each.name for each in table.columns if each.money), None)
        meaning, on = _AMOUNTS.get(table.name, (money, "true"))
        amount = _LIVE.format(on=on.format(day=day), money=money) if money else "null"
        # Names and conditions are the contract's and ours.
        queries.append(
            f"select '{table.name}' as table_name, count(*) as rows,"  # noqa: S608
            f" cast({amount} as decimal(38, 2)) as amount,"
            f" cast({_text(meaning)} as varchar) as amount_is from {table.name}"
        )
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            frame: pl.DataFrame = connection.sql(" union all ".join(queries)).pl()
            derived = connection.sql("select value from manifest where entry = 'derived'").pl()
    except duckdb.Error as error:
        raise WarehouseError(f"{warehouse.name} is not a warehouse of this version.") from error
    # What was made of another table changes with it, and would be asked about twice.
    return frame.filter(~pl.col("table_name").is_in(derived["value"].implode())).cast(HELD)


def difference(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What changed between two of ``held``, one row per table that has rows in either.

    The largest change comes first.
    """
    joined = before.join(after, on="table_name", how="full", suffix="_after", coalesce=True)
    has_money = pl.coalesce("amount_is_after", "amount_is").is_not_null()
    return (
        joined.select(
            "table_name",
            pl.col("rows").fill_null(0).alias("rows_before"),
            pl.col("rows_after").fill_null(0),
            pl.coalesce("amount_is_after", "amount_is").alias("amount_is"),
            _money("amount", has_money).alias("amount_before"),
            _money("amount_after", has_money),
        )
        .filter((pl.col("rows_before") > 0) | (pl.col("rows_after") > 0))
        .with_columns(
            largest_change=pl.max_horizontal(
                _change("rows_before", "rows_after"), _change("amount_before", "amount_after")
            )
        )
        .sort("largest_change", "table_name", descending=[True, False])
        .select(DIFFERENCE.names())
        .cast(DIFFERENCE)
    )


def above(changes: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Changes larger than a share, which somebody should have seen before they count."""
    return changes.filter(pl.col("largest_change") > threshold)


def _money(column: str, has_money: pl.Expr) -> pl.Expr:
    """An amount, 0 where the table has none yet, and nothing where it has no money at all."""
    return pl.when(has_money).then(pl.col(column).fill_null(0))


def _change(before: str, after: str) -> pl.Expr:
    was, now = pl.col(before).cast(pl.Float64), pl.col(after).cast(pl.Float64)
    share = ((now - was) / was).abs()
    return pl.when((was == now) | was.is_null()).then(0.0).when(was == 0).then(1.0).otherwise(share)


def _text(words: str | None) -> str:
    return "null" if words is None else f"'{words}'"

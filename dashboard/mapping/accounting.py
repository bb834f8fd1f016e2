"""Every row and amount of a load through mappings: left out, unmapped, refused, loaded."""

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboard import contract
from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.ingest.report import ImportReport
from dashboard.policy import Policy
from dashboard.queries import data
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.embedded import EmbeddedWarehouse

LEFT_OUT: Final = columns(
    table_name=pl.String,
    file=pl.String,
    reason=pl.String,
    left_out_rows=pl.Int64,
    amount=MONEY,
)
UNMAPPED: Final = columns(
    table_name=pl.String,
    file=pl.String,
    column_name=pl.String,
    value=pl.String,
    unmapped_rows=pl.Int64,
    amount=MONEY,
)
"""``value`` is empty where the mapping's default stands in."""

RECONCILED: Final = columns(
    table_name=pl.String,
    source_rows=pl.Int64,
    left_out_rows=pl.Int64,
    refused_rows=pl.Int64,
    loaded_rows=pl.Int64,
    source_amount=MONEY,
    left_out_amount=MONEY,
    refused_amount=MONEY,
    loaded_amount=MONEY,
)
"""Rows and money of a table: what the source has is what was left out, refused and loaded."""


def shaped(frames: list[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    """Rows of several mappings as one frame, in order."""
    typed = [frame.select(schema.names()).cast(schema) for frame in frames]
    return pl.concat([pl.DataFrame(schema=schema), *typed]).sort(schema.names()[:4])


def unknown_words(warehouse: Path | None, policy: Policy, as_of: date) -> pl.DataFrame:
    """What pages show as unmapped: rows of ``queries.data.UNMAPPED_VALUES``."""
    if warehouse is not None:
        source = EmbeddedWarehouse(warehouse, policy)
        if "accounts" not in source.freshness().absent:
            return data.unmapped_values(source, EVERYTHING, Filters(as_of))
    return pl.DataFrame(schema=data.UNMAPPED_VALUES)


def reconciled(
    totals: list[dict[str, object]],
    left_out: pl.DataFrame,
    report: ImportReport,
    warehouse: Path | None,
) -> pl.DataFrame:
    """Rows of ``RECONCILED``; none where nothing was loaded.

    Parameters
    ----------
    totals
        ``table_name``, ``source_rows`` and ``amount`` of each table, before any row was left out.
    """
    if warehouse is None or not totals:
        return pl.DataFrame(schema=RECONCILED)
    loaded = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for total in totals:
            table = str(total["table_name"])
            money = next(
                (each.name for each in contract.tables()[table].columns if each.money), "null"
            )
            # Names are the contract's; a row in quarantine may break several rules.
            query = (
                f"select '{table}' as table_name, count(*) as loaded_rows,"  # noqa: S608
                f" cast(sum({money}) as decimal(38, 2)) as loaded_amount,"
                " (select cast(sum(arr) as decimal(38, 2)) from (select max(arr) as arr"
                f" from quarantine where table_name = '{table}' group by row_number))"
                f" as refused_amount from {table}"
            )
            loaded.append(connection.sql(query).pl())
    outside = left_out.group_by("table_name").agg(
        pl.col("left_out_rows").sum(), pl.col("amount").sum().alias("left_out_amount")
    )
    refused = report.rows_quarantined or {}
    return (
        pl.DataFrame(totals, schema_overrides={"amount": MONEY})
        .rename({"amount": "source_amount"})
        .join(outside, on="table_name", how="left", maintain_order="left")
        .join(pl.concat(loaded), on="table_name", how="left", maintain_order="left")
        .with_columns(
            pl.col("left_out_rows").fill_null(0),
            pl.col("left_out_amount", "refused_amount", "loaded_amount").fill_null(0),
            refused_rows=pl.col("table_name").replace_strict(refused, default=0),
        )
        .with_columns(
            pl.when(pl.col("source_amount").is_not_null())
            .then(pl.col("left_out_amount", "refused_amount", "loaded_amount"))
            .otherwise(None)
        )
        .select(RECONCILED.names())
        .cast(RECONCILED)
    )

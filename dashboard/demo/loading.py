"""Putting frames into the contract tables, and the ids that every table shares."""

from typing import Final

import duckdb
import numpy as np
import polars as pl

from dashboard import contract
from dashboard.demo.draws import Ints, Texts

ACCOUNT_DIGITS: Final = 6


def load(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a contract table; columns it lacks stay empty.

    Money comes as a float of at most two decimals and is cast to the table's decimal here, which is
    exact below ten trillion.
    """
    declared = contract.tables()[table]
    columns = ", ".join(name for name in frame.columns if declared.has(name))
    connection.register("loading", frame)
    connection.execute(f"insert into {table} ({columns}) select {columns} from loading")  # noqa: S608 -- names of the contract
    connection.unregister("loading")


def account_ids(numbers: Ints) -> Texts:
    """Ids of fixed width, so that their order as text is their order as numbers."""
    return np.array([f"A{number:0{ACCOUNT_DIGITS}d}" for number in numbers.tolist()], dtype=object)


def numbered(frame: pl.DataFrame, prefix: str, *, first_account: int, digits: int = 3) -> pl.Series:
    """Ids within each account in the order of the rows, such as ``R000123-002``.

    Parameters
    ----------
    frame
        Rows with ``account``, the account's place in its batch.
    prefix
        Letter of the table.
    first_account
        Number of the batch's first account.
    digits
        Width of the count.
    """
    return frame.select(
        pl.concat_str(
            pl.lit(prefix),
            (pl.col("account") + first_account).cast(pl.String).str.zfill(ACCOUNT_DIGITS),
            pl.lit("-"),
            pl.int_range(1, pl.len() + 1).over("account").cast(pl.String).str.zfill(digits),
        )
    ).to_series()

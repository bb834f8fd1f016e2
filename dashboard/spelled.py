"""Columns in words: what a Python function says of each value of a frame."""

from collections.abc import Callable
from typing import Any

import polars as pl

Said = tuple[str | tuple[str, ...], Callable[..., Any]]
"""The column or columns that a function takes, and the function."""


def spelled(frame: pl.DataFrame, /, *, nulls: bool = False, **columns: Said) -> pl.DataFrame:
    """A frame with columns of text more, each made of others by a function.

    The function is called in the thread that asks. Inside an expression of polars (`map_elements`)
    one of its two threads would call it and wait for Python's lock, which a thread that waits for
    those two may hold: then the whole server stands still, as it did under fifty viewers.

    Parameters
    ----------
    frame
        Any frame.
    nulls
        Whether the function is asked about nulls; otherwise a null stays one.
    columns
        By the name of the new column: the column that is taken, or several, and the function.
    """
    return frame.with_columns(
        pl.Series(name, _values(frame, *said, nulls=nulls), dtype=pl.String)
        for name, said in columns.items()
    )


def _values(
    frame: pl.DataFrame,
    taken: str | tuple[str, ...],
    say: Callable[..., Any],
    *,
    nulls: bool,
) -> list[str | None]:
    if isinstance(taken, tuple):
        return [say(*row) for row in frame.select(taken).iter_rows()]
    return [say(value) if nulls or value is not None else None for value in frame[taken]]

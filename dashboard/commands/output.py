"""Rows as the command line gives them, a table, JSON or a file's bytes; and files, whole or not."""

import os
import uuid
from pathlib import Path
from typing import Literal

import polars as pl

from dashboard.exports import files
from dashboard.formats import count_of

Form = Literal["table", "json", "csv", "parquet"]


def content_of(frame: pl.DataFrame, form: Form, *, noun: str = "row", longest: int = 80) -> bytes:
    """A frame in one of the forms; the table cuts long texts and says how many rows it has."""
    if form == "json":
        return f"{files.records(frame)}\n".encode()
    if form != "table":
        return files.csv(frame) if form == "csv" else files.parquet(frame)
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=-1,
        fmt_str_lengths=longest,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_formatting="UTF8_FULL_CONDENSED",
    ):
        return f"{frame}\n{count_of(len(frame), noun)}\n".encode()


def written(content: bytes, output: Path) -> None:
    """Write a file that is whole or not there: a disk that fills up leaves what lay there before.

    Raises
    ------
    OSError
        It cannot be written.
    """
    if output.exists() and not output.is_file():
        output.write_bytes(content)  # A pipe or a device is written to, not replaced.
        return
    beside = output.with_name(f".{output.name}.{uuid.uuid4().hex}")
    try:
        beside.write_bytes(content)
        os.replace(beside, output)  # noqa: PTH105 -- the one call whose atomicity matters
    finally:
        beside.unlink(missing_ok=True)

"""A frame as CSV, Excel, JSON or Parquet: all its rows, and no cell that runs as a formula."""

import json
import math
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass
from xlsxwriter import Workbook

STARTS_A_FORMULA: Final = r"^[=+\-@\t\r]"
"""First characters that make a spreadsheet evaluate a cell (OWASP, *CSV injection*)."""
SHEET_NAME_LIMIT: Final = 31
OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "in_memory": True,
}
"""How every workbook is opened: text from outside stays text."""
CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 -- as xlsx stores it
"""A fixed moment: the same answer gives the same bytes."""
_FORMATS: Final[dict[DataType | DataTypeClass | Iterable[DataType | DataTypeClass], str]] = {
    pl.Decimal: "#,##0.00;[Red](#,##0.00)",
    pl.Float64: "#,##0.00",
    pl.Int64: "#,##0",
}
_FORBIDDEN_IN_SHEET_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 CSV with a header; text that would start a formula gets an apostrophe in front."""
    return guarded(frame).write_csv(include_bom=False).encode()


def excel(frame: pl.DataFrame, *, sheet: str, notes: dict[str, str] | None = None) -> bytes:
    """Excel workbook with the rows on one sheet and what they mean on another.

    Parameters
    ----------
    frame
        Rows to write; every cell of text stays text.
    sheet
        Name of the first sheet, shortened to Excel's limit.
    notes
        Name and text of each line of the second sheet: definition, filters, as-of date.
    """
    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        name = sheet.translate(_FORBIDDEN_IN_SHEET_NAMES).strip()[:SHEET_NAME_LIMIT] or "Rows"
        fit_for_cells(frame).write_excel(
            book, worksheet=name, autofit=True, freeze_panes=(1, 0), dtype_formats=_FORMATS
        )
        if notes:
            about = book.add_worksheet("About")
            about.set_column(0, 0, 18)
            about.set_column(1, 1, 100)
            wrap = book.add_format({"text_wrap": True, "valign": "top"})
            lines = pl.DataFrame({"label": list(notes), "text": list(notes.values())})
            for row, (label, text) in enumerate(fit_for_cells(lines).iter_rows()):
                about.write_string(row, 0, label, wrap)
                about.write_string(row, 1, text, wrap)
    return buffer.getvalue()


def parquet(frame: pl.DataFrame, *, age: str | None = None) -> bytes:
    """Parquet file with the columns' types kept, and in its metadata that it is stale."""
    buffer = BytesIO()
    frame.write_parquet(buffer, metadata={"age": age} if age else None)
    return buffer.getvalue()


def records(frame: pl.DataFrame) -> str:
    """JSON list of objects: dates ISO, money as decimal strings, shares and scores as numbers."""
    return json.dumps(
        [
            {name: _plain(value) for name, value in row.items()}
            for row in frame.iter_rows(named=True)
        ],
        ensure_ascii=False,
        indent=1,
        allow_nan=False,
    )


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every text that would start a formula made plain text."""
    text = pl.selectors.string()
    return frame.with_columns(
        pl.when(text.str.contains(STARTS_A_FORMULA)).then("'" + text).otherwise(text).name.keep()
    )


def fit_for_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a spreadsheet can hold it: moments without a zone, no text above the limit."""
    zoned = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    text = pl.selectors.string()
    # xlsxwriter takes such a text for runs of its own and writes it as it is: a tag that is not
    # closed would make a file that nothing opens. A blank behind it leaves it text.
    plain = pl.when(text.str.contains(_LOOKS_LIKE_RUNS)).then(text + " ").otherwise(text)
    # Excel knows no time zones and cuts a cell at 32,767 characters; cutting is said in the cell.
    return frame.with_columns(
        *(pl.col(name).dt.replace_time_zone(None) for name in zoned),
        pl.when(plain.str.len_chars() > _CELL_LIMIT)
        .then(plain.str.head(_CELL_LIMIT - 30) + " ... (cut: too long for Excel)")
        .otherwise(plain)
        .name.keep(),
    )


_LOOKS_LIKE_RUNS: Final = r"(?s)^<r>.*</r>$"
_CELL_LIMIT: Final = 32_767


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

"""Column types that several questions share."""

from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass

MONEY: Final = pl.Decimal(38, 2)
"""An amount in the reporting currency, to the cent."""
MOMENT: Final = pl.Datetime("us", "UTC")
"""A moment, UTC."""


def columns(**types: DataType | DataTypeClass) -> pl.Schema:
    """The declared columns of a question, in order."""
    return pl.Schema(types)

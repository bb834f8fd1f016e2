"""Column types that several questions share."""

from typing import Final

import polars as pl

MONEY: Final = pl.Decimal(38, 2)
"""An amount in the reporting currency, to the cent."""

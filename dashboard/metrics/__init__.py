"""The definition of every number on a card: one function, one docstring, one place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from dashboard.formats import Number, Unit

Direction = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with the name a board member uses and the definition an auditor accepts."""

    name: str
    label: str
    definition: str
    unit: Unit
    better: Direction
    compute: Callable[[pl.DataFrame], Number | None]

    def __call__(self, frame: pl.DataFrame) -> Number | None:
        """Value of the metric on a frame; ``None`` where it is not defined."""
        return self.compute(frame)


def metric(
    label: str, *, unit: Unit, better: Direction
) -> Callable[[Callable[[pl.DataFrame], Number | None]], Metric]:
    """Turn a function into a metric whose shown definition is the function's docstring."""

    def declare(compute: Callable[[pl.DataFrame], Number | None]) -> Metric:
        definition = " ".join((compute.__doc__ or "").split())
        return Metric(compute.__name__, label, definition, unit, better, compute)

    return declare


def parts(rows: pl.DataFrame, column: str, values: Iterable[object]) -> list[pl.DataFrame]:
    """The rows of each value of a column, in the order of the values; empty where it has none."""
    found = rows.partition_by(column, as_dict=True)
    nothing = rows.clear()
    return [found.get((value,), nothing) for value in values]


def share(part: Number | None, whole: Number | None) -> float | None:
    """Part of a whole, 0 to 1; ``None`` where the whole is nothing or one of them is unknown."""
    return float(part) / float(whole) if whole and part is not None else None


def total(amounts: pl.Series) -> Decimal | None:
    """Sum of the known amounts: zero where there are none, ``None`` where every one is unknown."""
    if len(amounts) and amounts.null_count() == len(amounts):
        return None
    return Decimal(amounts.sum() or 0)

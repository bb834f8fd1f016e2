"""Seeded draws as whole columns; each subject has its own stream, so that none moves another."""

import zlib
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Days: TypeAlias = npt.NDArray[np.datetime64]
Floats: TypeAlias = npt.NDArray[np.float64]
Grid: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]

NO_DAY: Final = np.datetime64("NaT", "D")
ONE_DAY: Final = np.timedelta64(1, "D")


def stream(seed: int, subject: str, batch: int = 0) -> np.random.Generator:
    """The random numbers of one subject in one batch of accounts."""
    return np.random.default_rng([seed, batch, zlib.crc32(subject.encode())])


def chance(rng: np.random.Generator, share: float | Floats, size: int | None = None) -> Flags:
    """True with the given probability, one flag per row."""
    rows = len(share) if size is None and isinstance(share, np.ndarray) else size
    return np.asarray(rng.random(rows) < share, dtype=np.bool_)


def day_count(
    rng: np.random.Generator, low: int, high: int, size: int
) -> npt.NDArray[np.timedelta64]:
    """Whole days from ``low`` to ``high``, both included."""
    return rng.integers(low, high + 1, size).astype("timedelta64[D]")


def as_days(days: Floats | Ints) -> npt.NDArray[np.timedelta64]:
    """Numbers as a length in whole days."""
    return days.astype(np.int64).astype("timedelta64[D]")


def later(days: Days, count: Floats | Ints) -> Days:
    """Days moved by whole days; back where the count is below zero."""
    moved: Days = np.add(days, as_days(count))
    return moved


def chosen(
    rng: np.random.Generator,
    options: Sequence[str],
    size: int,
    weights: Sequence[float] | None = None,
) -> Texts:
    """One of the options per row."""
    share = None if weights is None else np.asarray(weights) / sum(weights)
    return np.array(options, dtype=object)[rng.choice(len(options), size, p=share)]


class Evenly:
    """Draws spread evenly within strata (systematic sampling), over as many calls as it takes.

    Independent draws would let one unlucky year lose three of the largest accounts. Here each
    stratum, say a year, gets what its shares add up to, whatever the seed.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._carried: dict[int, float] = {}

    def chosen(self, share: Floats, strata: Ints, along: Ints) -> Flags:
        """True with the given probability, evenly along a column within each stratum."""
        flags = np.zeros(len(share), dtype=np.bool_)
        order = np.argsort(along, kind="stable")
        for stratum in np.unique(strata).tolist():
            rows = order[strata[order] == stratum]
            carried = self._carried.setdefault(stratum, float(self._rng.random()))
            steps = np.cumsum(share[rows]) + carried
            flags[rows] = np.floor(steps) > np.floor(steps - share[rows])
            self._carried[stratum] = float(steps[-1] % 1)
        return flags


def moments(rng: np.random.Generator, days: Days) -> Days:
    """A moment in the working hours of each day, as a timestamp."""
    seconds = rng.integers(7 * 3600, 19 * 3600, len(days)).astype("timedelta64[s]")
    at: Days = (days.astype("datetime64[s]") + seconds).astype("datetime64[us]")
    return at


def only(flags: Flags, values: Texts) -> Texts:
    """The values where the flag is set, ``None`` elsewhere."""
    kept = np.full(len(values), None, dtype=object)
    kept[flags] = values[flags]
    return kept


def text(values: Texts) -> pl.Series:
    """Texts, with ``None`` for none, as a column."""
    return pl.Series(values.tolist(), dtype=pl.String)

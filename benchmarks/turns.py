"""Ways of doing the same, timed in turns, so that a noisy machine slows all alike."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """What several runs gave: the middle one, the smallest and the largest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """The spread of at least one value."""
        known = sorted(values)
        return cls(statistics.median(known), known[0], known[-1])

    def __format__(self, form: str) -> str:
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"


def in_turns(
    ways: Mapping[str, Callable[[], object]], *, rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Milliseconds of each run of each way.

    The ways change places from round to round. There are ``rounds`` of them, and fewer where all
    of it would take longer than ``seconds``, but never fewer than three.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    begun = time.perf_counter()
    for number in range(rounds):
        if number >= min(3, rounds) and time.perf_counter() - begun > seconds:
            break
        names = list(ways) if number % 2 == 0 else list(reversed(ways))
        for name in names:
            before = time.perf_counter()
            ways[name]()
            taken[name].append(1000 * (time.perf_counter() - before))
    return taken


def ratio(ours: list[float], others: list[float]) -> Spread:
    """How many times as long ours takes, pair by pair of the same round."""
    return Spread.of(one / other for one, other in zip(ours, others, strict=True))

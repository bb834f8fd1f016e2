"""Shares and their differences with 95 % intervals that hold for small numbers.

Wilson (1927) for a share, Newcombe (1998, method 10) for the difference of two, Katz (1978) for
their ratio, Fisher's exact test, Holm (1979) for several tests at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Z_95: Final = 1.959963985
"""Two-sided 95 % quantile of the normal distribution."""
Z_POWER: Final = 0.841621234
"""One-sided 80 % quantile of the normal distribution: four in five trials see a difference."""
_TIES: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Interval:
    """A number and the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def has_zero(self) -> bool:
        """Whether nothing at all lies inside, ends included."""
        return self.low <= 0 <= self.high


def wilson(part: int, whole: int) -> Interval | None:
    """A share with its score interval; ``None`` of nothing."""
    if whole <= 0:
        return None
    share, z2 = part / whole, Z_95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z_95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return Interval(share, low, high)


def difference(part: int, whole: int, other_part: int, other_whole: int) -> Interval | None:
    """First share minus second with Newcombe's interval; ``None`` where one is of nothing."""
    one, other = wilson(part, whole), wilson(other_part, other_whole)
    if one is None or other is None:
        return None
    gap = one.value - other.value
    return Interval(
        gap,
        gap - math.hypot(one.value - one.low, other.high - other.value),
        gap + math.hypot(one.high - one.value, other.value - other.low),
    )


def ratio(part: int, whole: int, other_part: int, other_whole: int) -> Interval | None:
    """First share divided by the second with Katz's interval; ``None`` where one is nothing."""
    if not (part and whole and other_part and other_whole):
        return None
    value = (part / whole) / (other_part / other_whole)
    spread = math.sqrt(1 / part - 1 / whole + 1 / other_part - 1 / other_whole)
    return Interval(value, value * math.exp(-Z_95 * spread), value * math.exp(Z_95 * spread))


def fisher(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Two-sided p-value of Fisher's exact test that both shares are the same."""
    total, yes = whole + other_whole, part + other_part

    def log_choose(most: int, chosen: int) -> float:
        return math.lgamma(most + 1) - math.lgamma(chosen + 1) - math.lgamma(most - chosen + 1)

    def chance(cell: int) -> float:
        return math.exp(
            log_choose(whole, cell) + log_choose(other_whole, yes - cell) - log_choose(total, yes)
        )

    seen = chance(part)
    cells = range(max(0, yes - other_whole), min(whole, yes) + 1)
    return min(1.0, sum(p for p in map(chance, cells) if p <= seen * (1 + _TIES)))


def holm(values: Sequence[float | None]) -> list[float | None]:
    """P-values adjusted for their number, in the order given; ``None`` stays and does not count."""
    known = sorted((value, place) for place, value in enumerate(values) if value is not None)
    adjusted: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (value, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * value))
        adjusted[place] = highest
    return adjusted


def needed(share: float, gap: float) -> int:
    """Accounts needed in each of two arms to see a gap from a share in four of five trials."""
    other = share + gap if share + gap <= 1 else share - gap
    spread = share * (1 - share) + other * (1 - other)
    return math.ceil((Z_95 + Z_POWER) ** 2 * spread / gap**2)

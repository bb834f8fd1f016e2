"""What a week of viewers costs on Snowflake: time that a virtual warehouse runs, in credits.

Nothing here is measured but the round trips of a view; everything else is an assumption that
whoever asks states. Views come at random: at a rate of ``r`` a second, a warehouse that each keeps
running for ``w`` seconds runs for the share ``1 - exp(-r * w)`` of the hours of use.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

AT_ONCE: Final = 6
"""Questions that a page asks side by side."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is taken for granted of a week."""

    viewers: int = 50
    views_a_day: float = 30.0
    """Views that one viewer opens in a day of use."""
    days: int = 5
    hours: float = 9.0
    """Hours of a day over which the views are spread."""
    again: float = 0.25
    """Share of views that are answered without a round trip, opened within 15 minutes."""
    seconds_a_question: float = 1.0
    suspend_after: float = 60.0
    credits_an_hour: float = 1.0
    """Of the size of the virtual warehouse; Snowflake's documentation lists them."""
    loads_a_day: float = 1.0
    seconds_a_load: float = 120.0
    """For which the derived tables keep their own virtual warehouse of the same size running."""


@dataclass(frozen=True, slots=True)
class Week:
    """What follows."""

    views: float
    round_trips: float
    hours_asked: float
    """Hours for which the app's virtual warehouse runs."""
    hours_loaded: float
    """Hours for which that of the derived tables runs."""
    used: float
    """Credits."""


def week(round_trips_a_view: float, given: Assumptions) -> Week:
    """A week of viewers who each open so many views, every one with so many round trips."""
    views = given.viewers * given.views_a_day * given.days
    asked = views * (1 - given.again)
    rate = asked / given.days / (given.hours * 3600)
    runs_on = round_trips_a_view / AT_ONCE * given.seconds_a_question + given.suspend_after
    hours = given.days * (given.hours * (1 - exp(-rate * runs_on)) + runs_on / 3600)
    loads = given.days * given.loads_a_day * (given.seconds_a_load + given.suspend_after) / 3600
    return Week(
        views=views,
        round_trips=asked * round_trips_a_view,
        hours_asked=hours,
        hours_loaded=loads,
        used=(hours + loads) * given.credits_an_hour,
    )

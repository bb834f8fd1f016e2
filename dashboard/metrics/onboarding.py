"""Metrics of onboarding, over the columns of ``queries.onboarding.ACCOUNTS``."""

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric, survival


def median_followed(states: pl.Series, days: pl.Series) -> int | None:
    """Median of Kaplan and Meier; ``None`` where more than half have not reached it.

    Parameters
    ----------
    states
        `reached`, or anything else for who was followed without reaching it; `not recorded` and
        null are left out.
    days
        Days it took, or followed.
    """
    followed = pl.DataFrame({"state": states, "days": days}).filter(
        pl.col("state") != "not recorded"
    )
    return survival.median(
        followed.select("days", done=(pl.col("state") == "reached").cast(pl.Int64), number=1)
    )


@metric("Onboardings begun", unit=Unit.COUNT, better="neither")
def begun(accounts: pl.DataFrame) -> int:
    """Customers whose onboarding, or else time as a customer, began in the window."""
    return len(accounts)


@metric("Median days to value", unit=Unit.COUNT, better="lower")
def median_onboarding(accounts: pl.DataFrame) -> int | None:
    """Days until half of the customers that began in the window had moved out of Onboarding. Who
    still waits or left before counts as not there yet as long as it was followed (Kaplan and
    Meier).
    """
    return median_followed(accounts["onboarding"], accounts["onboarding_days"])


@metric("Days to first key behaviour", unit=Unit.COUNT, better="lower")
def median_behaviour(accounts: pl.DataFrame) -> int | None:
    """Days until half of the customers that began in the window had done the first of the
    behaviours that matter. Who still waits or left before counts as not there yet as long as it was
    followed (Kaplan and Meier).
    """
    return median_followed(accounts["behaviour"], accounts["behaviour_days"])


@metric("Still onboarding", unit=Unit.COUNT, better="neither")
def waiting(accounts: pl.DataFrame) -> int:
    """Customers that began in the window and are still in Onboarding on the as-of date."""
    return int((accounts["onboarding"] == "waiting").sum())


@metric("Left while onboarding", unit=Unit.COUNT, better="lower")
def left_before(accounts: pl.DataFrame) -> int:
    """Customers that began in the window and left before they moved out of Onboarding."""
    return int((accounts["onboarding"] == "left before").sum())


@metric("Without a key behaviour", unit=Unit.COUNT, better="lower")
def without_behaviour(accounts: pl.DataFrame) -> int:
    """Customers that began in the window, have not left and have done none of the behaviours that
    matter.
    """
    return int((accounts["behaviour"] == "waiting").sum())

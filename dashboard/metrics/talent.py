"""Metrics of talent, over the columns of ``queries.talent.PEOPLE``."""

import polars as pl

from dashboard.formats import Unit
from dashboard.metrics import metric


@metric("People rated", unit=Unit.COUNT, better="neither")
def rated(people: pl.DataFrame) -> int:
    """People the viewer may see who were rated in the cycle."""
    return people.height


@metric("Ready for promotion (1A)", unit=Unit.COUNT, better="neither")
def ready(people: pl.DataFrame) -> int:
    """People who exceed their level and have high promotability: promote within a year."""
    return people.filter(pl.col("block") == "1A").height


@metric("Without an action plan", unit=Unit.COUNT, better="lower")
def without_plan(people: pl.DataFrame) -> int:
    """People rated in the cycle for whom no action plan is written down."""
    return people.filter(~pl.col("has_action_plan")).height


@metric("Required plan missing", unit=Unit.COUNT, better="lower")
def lacking_plan(people: pl.DataFrame) -> int:
    """People without an action plan in a block where the settings require one."""
    return people.filter(pl.col("plan_required"), ~pl.col("has_action_plan")).height


@metric("Moved by calibration", unit=Unit.COUNT, better="neither")
def calibrated(people: pl.DataFrame) -> int:
    """People whose block after calibration is another than the one first rated."""
    return people.filter(pl.col("block") != pl.col("block_before_calibration")).height

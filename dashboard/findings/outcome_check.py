"""What renewals say about the health before them."""

import polars as pl

from dashboard.charts.scorecards import NAMES
from dashboard.formats import count_of
from dashboard.metrics.proportions import difference

FEWEST = 5


def overall(rows: pl.DataFrame, days: int) -> str:
    """Whether green renewed more than red; over ``queries.outcome_check.BY_BAND``."""
    known = rows.filter(pl.col("measure") == "overall", pl.col("renewal_rate").is_not_null())
    bands = {row["health_band"]: row for row in known.iter_rows(named=True)}
    green, red = bands.get("green"), bands.get("red")
    when = f"{days} days before"
    if not green or not red:
        number = int(rows.filter(measure="overall")["renewals"].sum())
        return (
            f"{count_of(number, 'renewal')} with a known end: too few green or red {when} "
            "to compare"
        )
    gap = difference(green["renewed"], green["renewals"], red["renewed"], red["renewals"])
    if gap is None or gap.has_zero:
        return (
            f"No detectable difference between green and red {when}: "
            f"{100 * green['renewal_rate']:.0f}% against {100 * red['renewal_rate']:.0f}% renewed"
        )
    return (
        f"Of those green {when} {100 * green['renewal_rate']:.0f}% renewed, "
        f"of those red {100 * red['renewal_rate']:.0f}%"
    )


def measures(rows: pl.DataFrame) -> str:
    """The measure whose red renewed least; those without a difference are counted."""
    single = rows.filter(pl.col("measure") != "overall")
    told = single.filter(pl.col("health_band") == "red", pl.col("is_detectable"))
    several = single["measure"].n_unique()
    if told.is_empty():
        return f"No detectable difference for any of {count_of(several, 'measure')} at red"
    row = told.sort("lift", "measure").row(0, named=True)
    return (
        f"{NAMES[row['measure']]} tells most: {100 * row['renewal_rate']:.0f}% of "
        f"{count_of(row['renewals'], 'renewal')} that were red on it renewed, "
        f"{100 * row['all_rate']:.0f}% of all"
    )

"""What health says."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def by_segment(heat: pl.DataFrame, *, currency: str) -> str:
    """Where health is weakest; over what the heatmap draws."""
    if heat.is_empty():
        return "No customer has a health score"
    measures = heat.filter(pl.col("measure") != "overall")
    worst = (measures if len(measures) else heat).sort("average_score", "segment", "measure")
    row = worst.row(0, named=True)
    red = ""
    if row["arr_red"]:
        red = f", {Unit.MONEY.text(row['arr_red'], currency=currency)} of its ARR at red"
    where = f"{row['name']} in {row['segment']}"
    return f"{where} is weakest: score {row['average_score']:.0f} of 100{red}"


def bands_by_week(bands: pl.DataFrame) -> str:
    """How the red share moved over the weeks shown; over what the chart draws."""
    weeks = bands["week_on"].unique().sort()
    if len(weeks) < 2:  # noqa: PLR2004 -- a change needs two weeks
        return "Customers by health band"
    first, last = (_red(bands, week) for week in (weeks[0], weeks[-1]))
    now = (
        f"{count_of(last, 'customer')} {'was' if last == 1 else 'were'} red "
        f"in the week of {weeks[-1]:%-d %b}"
    )
    then = f"{count_of((weeks[-1] - weeks[0]).days // 7, 'week')} before"
    if first == last:
        return f"{now}, as many as {then}"
    return f"{now}, {abs(last - first)} {'more' if last > first else 'fewer'} than {then}"


def crossings(rows: pl.DataFrame, days: int, *, currency: str) -> str:
    """How many customers fell and rose; over the columns of ``queries.health.CROSSINGS``."""
    if rows.is_empty():
        return f"No customer changed its health band in {days} days"
    order = {"red": 0, "amber": 1, "green": 2}
    before = pl.col("band_before").replace_strict(order, default=None, return_dtype=pl.Int64)
    now = pl.col("band_now").replace_strict(order, default=None, return_dtype=pl.Int64)
    fell, rose = rows.filter(now < before), rows.filter(now > before)
    arr = Unit.MONEY.text(total(fell["arr"]), currency=currency)
    return (
        f"{count_of(len(fell), 'customer')} ({arr}) fell to a lower band in {days} days, "
        f"{len(rose)} rose"
    )


def contributions(parts: pl.DataFrame, account: str) -> str:
    """The score and what holds it down; over the columns of ``queries.health.CONTRIBUTIONS``."""
    counted = parts.filter(pl.col("contribution").is_not_null())
    if counted.is_empty():
        return f"{account} has no measurement that counts"
    lost = counted.with_columns(lost=pl.col("weight") * (100 - pl.col("score"))).sort(
        "lost", descending=True
    )
    row = lost.row(0, named=True)
    return (
        f"{account} scores {counted['contribution'].sum():.0f}; "
        f"{row['measure'].replace('roi', 'ROI').replace('nps', 'NPS')} costs most, "
        f"{row['lost']:.0f} points"
    )


def score_change(change: pl.DataFrame, account: str, then: str) -> str:
    """What moved the score most; over the columns of ``queries.health.SCORE_CHANGE``."""
    if change.is_empty():
        return f"{account} has 0 measurements to compare"
    before, now = change["overall_before"][0], change["overall_now"][0]
    if before is None or now is None:
        when = "now" if now is None else f"on {then}"
        return f"{account} was not scored {when}: less than the least weight was covered"
    difference = now - before
    if abs(difference) < _NOTHING:
        return f"{account} scores {now:.0f}, as on {then}"
    way = "rose" if difference > 0 else "fell"
    parts = change.select("measure", points="by_score").vstack(
        pl.DataFrame(
            {
                "measure": ["weights of missing and stale measures"],
                "points": [change["by_weight"].sum()],
            },
            schema={"measure": pl.String, "points": pl.Float64},
        )
    )
    most = parts.sort(pl.col("points") * (1 if difference > 0 else -1), descending=True).row(
        0, named=True
    )
    name = most["measure"].replace("roi", "ROI").replace("nps", "NPS")
    return (
        f"{account} {way} {abs(difference):.1f} points to {now:.0f} since {then}, "
        f"most by {name} ({round(most['points'], 2):+.1f})"
    )


_NOTHING = 0.05


def _red(bands: pl.DataFrame, week: object) -> int:
    return int(
        bands.filter((pl.col("week_on") == week) & (pl.col("health_band") == "red"))[
            "accounts"
        ].sum()
    )

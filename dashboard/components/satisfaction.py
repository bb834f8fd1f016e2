"""*Voice of the customer*, satisfaction: ratings of surveys and of support cases, kept apart."""

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import intervals
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.components.voice import Window, inside_month
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import voice as findings
from dashboard.metrics import csat as metrics
from dashboard.queries import csat as queries
from dashboard.session import filters, freshness, load, policy, theme

NAMES = {metrics.SURVEY: "Surveys", metrics.CASE: "Support cases"}
NO_PRIORITY = "no priority"
RULES = {
    "top_two": "the share of ratings of 4 or 5 of 5, the usual convention",
    "mean": "the mean of ratings of 1 to 5",
}


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    absent = freshness().absent & {"survey_responses", "support_cases"}
    if absent:
        missing_part("Satisfaction of all kinds", tuple(sorted(absent)))
    ratings, before, ever = together(
        asked(queries.by_month, window.among),
        asked(queries.by_month, window.before),
        asked(queries.by_month, filters()),
    )
    if not ratings["ratings"].sum():
        empty(
            f"Nobody rated anything from {window.note}.",
            "Choose another fiscal quarter, or take away a filter.",
        )
        return
    rule = policy().surveys.csat
    top_two = rule == "top_two"
    kind = intervals.SHARE if top_two else intervals.RATING
    with kpi_row():
        for source, metric, counted in (
            (
                metrics.SURVEY,
                metrics.survey_satisfied if top_two else metrics.survey_mean,
                metrics.survey_ratings,
            ),
            (
                metrics.CASE,
                metrics.case_satisfied if top_two else metrics.case_mean,
                metrics.case_ratings,
            ),
        ):
            levels = [
                metrics.levels(rows.filter(pl.col("source") == source), rule)
                for rows in (ratings, before)
            ]
            kpi(
                metric,
                ratings,
                before=before,
                versus="year before",
                detectable=_apart(*levels),
                series=[
                    metric(ratings.filter(pl.col("month") == each))
                    for each in ratings["month"].unique().sort()
                ],
            )
            kpi(counted, ratings, before=before, versus="year before")
    kpi_note(
        f"Ratings from {window.note}. Satisfaction here is {RULES[rule]}: a setting. A change "
        "without colour is none that can be told from chance."
    )
    _over_time(ratings, window, rule, kind)
    _by_priority(ratings, window, rule, kind)
    left_out(
        (int(ratings["out_of_range"].sum()), "rating", "that is not 1 to 5"),
        (
            int(ever.filter(pl.col("month").is_null())["ratings"].sum()),
            "rating",
            "without a date, in no month",
        ),
    )


def _apart(now: pl.DataFrame, then: pl.DataFrame) -> bool:
    """Whether the intervals of two windows do not touch."""
    if now.is_empty() or then.is_empty():
        return False
    one, other = now.row(0, named=True), then.row(0, named=True)
    return bool(one["low"] > other["high"] or other["low"] > one["high"])


def _over_time(ratings: pl.DataFrame, window: Window, rule: str, kind: str) -> None:
    months = metrics.levels(ratings, rule, "month", "source")
    drawn = intervals.monthly(months).with_columns(
        group=pl.col("source").replace(NAMES), n=pl.col("ratings")
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Ratings of one month and source."""
        month = drawn.filter(pl.col("month_label") == mark["month_label"])["month"][0]
        rows = load(queries.ratings, inside_month(window.among, month))
        return rows.filter(pl.col("source").replace(NAMES) == mark["group"])

    exhibit_card(
        Exhibit(
            key="csat_by_month",
            title=findings.satisfaction(metrics.levels(ratings, rule, "source"), kind),
            definition=(
                f"Satisfaction is {RULES[rule]}, by the month of the answer or of the closing of "
                "the case, with its 95 % interval. Surveys and support cases ask other people at "
                "other moments and are never pooled."
            ),
            frame=_table(months),
            source=Source("csat/by_month"),
            chart=intervals.over_time_chart(
                _title(kind), kind, "Ratings", tuple(dict.fromkeys(drawn["group"])), theme()
            ),
            drawn=drawn,
            drill=Drill(
                keys=("month_label", "group"),
                rows=behind,
                source=Source("csat/ratings"),
                noun="rating",
            ),
        ),
        window.among,
    )


def _by_priority(ratings: pl.DataFrame, window: Window, rule: str, kind: str) -> None:
    cases = ratings.filter(pl.col("source") == metrics.CASE)
    levels = metrics.levels(cases, rule, "priority")
    if levels.is_empty():
        return
    drawn = levels.with_columns(
        name=pl.col("priority").fill_null(NO_PRIORITY),
        group=pl.lit("Support cases"),
        n=pl.col("ratings"),
    ).sort("value", "name", descending=[True, False])

    def behind(mark: Mark) -> pl.DataFrame:
        """Ratings of cases of one priority."""
        rows = load(queries.ratings, window.among)
        return rows.filter(
            pl.col("source") == metrics.CASE,
            pl.col("priority").fill_null(NO_PRIORITY) == mark["name"],
        )

    capital = pl.col("name").str.head(1).str.to_uppercase() + pl.col("name").str.slice(1)
    exhibit_card(
        Exhibit(
            key="csat_by_priority",
            title=findings.by_priority(drawn.with_columns(name=capital), kind),
            definition=(
                f"Satisfaction with support cases, {RULES[rule]}, by the priority of the case, "
                "over the twelve months, with its 95 % interval. Not every case is rated."
            ),
            frame=_table(levels),
            source=Source("csat/by_month"),
            chart=intervals.dots_chart(_title(kind), kind, "Ratings", ("Support cases",), theme()),
            drawn=drawn,
            drill=Drill(keys=("name",), rows=behind, source=Source("csat/ratings"), noun="rating"),
        ),
        window.among,
    )


def _title(kind: str) -> str:
    return ("Satisfied" if kind == intervals.SHARE else "Mean rating") + ", 95 % interval"


def _table(levels: pl.DataFrame) -> pl.DataFrame:
    """The rows without the sums that only a machine reads."""
    if policy().surveys.csat == "top_two":
        names = {"value": "satisfied_share", "low": "low_share", "high": "high_share"}
    else:
        names = {"value": "mean_rating"}
    return levels.drop("rating_sum", "rating_squares").rename(names)

"""Health: scores of customers, what they are made of, and how they move."""

from datetime import date, timedelta

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_SEGMENT = columns(
    segment=pl.String,
    measure=pl.String,
    accounts=pl.Int64,
    average_score=pl.Float64,
    arr=MONEY,
    arr_red=MONEY,
)


def by_segment(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Average score and ARR at red by segment and measure; `overall` is the whole score.

    Grain
    -----
    Segment x measure; only customers with a score that is not stale.

    Columns
    -------
    segment : String
        Customer segment.
    measure : String
        One of the seven measures, or `overall`.
    accounts : Int64
        Customers with a score.
    average_score : Float64
        Mean score, each customer counting once, 0 to 100.
    arr : Decimal
        ARR of these customers, reporting currency; null where none was loaded.
    arr_red : Decimal
        ARR of those whose score is red for the measure.

    Source
    ------
    ``sql/health/by_segment.sql`` over health_scores, accounts, subscriptions; HB fig. 11.3.
    """
    return warehouse.fetch("health/by_segment", schema=BY_SEGMENT, scope=scope, filters=filters)


SCORES = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    region=pl.String,
    csm_name=pl.String,
    measure=pl.String,
    score=pl.Float64,
    measured_on=pl.Date,
    is_red=pl.Boolean,
    arr=MONEY,
)


def scores(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, measure: str = "overall"
) -> pl.DataFrame:
    """Customers behind one measure, the lowest score first.

    Grain
    -----
    One row per customer with a score that is not stale.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    region : String
        Sales region.
    csm_name : String
        Customer success manager.
    measure : String
        The measure.
    score : Float64
        0 to 100.
    measured_on : Date
        Day of the measurement; null for `overall`.
    is_red : Boolean
        Whether the score is red for the measure.
    arr : Decimal
        ARR, reporting currency.

    Source
    ------
    ``sql/health/scores.sql`` over health_scores, accounts, subscriptions.
    """
    return warehouse.fetch(
        "health/scores", schema=SCORES, scope=scope, filters=filters, measure=measure
    )


COVERAGE = columns(
    segment=pl.String,
    health_band=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
    average_coverage=pl.Float64,
)


def coverage(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """How many customers are scored, and in which band.

    Grain
    -----
    Segment x health band; a null band is not scored.

    Columns
    -------
    segment : String
        Customer segment.
    health_band : String
        `red`, `amber`, `green` or null.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.
    average_coverage : Float64
        Mean share of the weight that is covered, 0 to 1.

    Source
    ------
    ``sql/health/coverage.sql`` over health_scores, accounts, subscriptions.
    """
    return warehouse.fetch("health/coverage", schema=COVERAGE, scope=scope, filters=filters)


BANDS_BY_WEEK = columns(
    week_on=pl.Date,
    health_band=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
)


def bands_by_week(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers by band at the end of each week from ``filters.since``.

    Grain
    -----
    Week x health band; a null band is not scored.

    Columns
    -------
    week_on : Date
        Monday of the week.
    health_band : String
        `red`, `amber`, `green` or null.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR at the rates of the as-of date.

    Source
    ------
    ``sql/health/bands_by_week.sql`` over account_weeks.
    """
    return warehouse.fetch(
        "health/bands_by_week", schema=BANDS_BY_WEEK, scope=scope, filters=filters
    )


IN_BAND = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    week_on=pl.Date,
    health_band=pl.String,
    overall_score=pl.Float64,
    coverage=pl.Float64,
    arr=MONEY,
)


def in_band(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, week_on: date, band: str
) -> pl.DataFrame:
    """Customers behind one week and band of ``bands_by_week``.

    Grain
    -----
    One row per customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager on the as-of date.
    week_on : Date
        Monday of the week.
    health_band : String
        `red`, `amber`, `green`; null where not scored.
    overall_score : Float64
        Score at the week's last measurement, 0 to 100.
    coverage : Float64
        Share of the weight that was covered, 0 to 1.
    arr : Decimal
        ARR then, at the rates of the as-of date.

    Source
    ------
    ``sql/health/in_band.sql`` over account_weeks.
    """
    return warehouse.fetch(
        "health/in_band",
        schema=IN_BAND,
        scope=scope,
        filters=filters,
        week_on=week_on,
        band=band,
    )


CROSSINGS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    band_before=pl.String,
    band_now=pl.String,
    score_before=pl.Float64,
    score_now=pl.Float64,
    arr=MONEY,
)


def crossings(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, compared_on: date | None = None
) -> pl.DataFrame:
    """Customers whose band differs from that of an earlier day (seven days before, by default).

    Grain
    -----
    One row per customer, the largest ARR first.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager.
    band_before : String
        Band on the earlier day; null where not scored.
    band_now : String
        Band on the as-of date.
    score_before : Float64
        Score then.
    score_now : Float64
        Score now.
    arr : Decimal
        ARR, reporting currency.

    Source
    ------
    ``sql/health/crossings.sql`` over account_weeks, accounts.
    """
    return warehouse.fetch(
        "health/crossings",
        schema=CROSSINGS,
        scope=scope,
        filters=filters,
        compared_on=compared_on or filters.as_of - timedelta(days=7),
    )


CONTRIBUTIONS = columns(
    measure=pl.String,
    dimension=pl.String,
    score=pl.Float64,
    measured_on=pl.Date,
    age_days=pl.Int64,
    is_stale=pl.Boolean,
    weight=pl.Float64,
    contribution=pl.Float64,
)


def contributions(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, account_id: str
) -> pl.DataFrame:
    """What makes up the score of one account; contributions sum to the overall score.

    Grain
    -----
    One row per measure, in the order of the policy.

    Columns
    -------
    measure : String
        The measure.
    dimension : String
        `outcomes` or `experience`.
    score : Float64
        0 to 100; null where missing or stale.
    measured_on : Date
        Day of the last measurement, a stale one included.
    age_days : Int64
        Days since.
    is_stale : Boolean
        Whether the last measurement is too old to count.
    weight : Float64
        Weight after those of missing measures went to the others, 0 to 1.
    contribution : Float64
        Weight times score.

    Source
    ------
    ``sql/health/contributions.sql`` over health_scores.
    """
    return warehouse.fetch(
        "health/contributions",
        schema=CONTRIBUTIONS,
        scope=scope,
        filters=filters,
        account_id=account_id,
    )


SCORE_CHANGE = columns(
    measure=pl.String,
    dimension=pl.String,
    score_before=pl.Float64,
    score_now=pl.Float64,
    state_before=pl.String,
    state_now=pl.String,
    weight_before=pl.Float64,
    weight_now=pl.Float64,
    contribution_before=pl.Float64,
    contribution_now=pl.Float64,
    change=pl.Float64,
    by_score=pl.Float64,
    by_weight=pl.Float64,
    overall_before=pl.Float64,
    overall_now=pl.Float64,
    coverage_before=pl.Float64,
    coverage_now=pl.Float64,
)


def score_change(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    account_id: str,
    compared_on: date | None = None,
) -> pl.DataFrame:
    """What made one account's score change since an earlier day (28 days before, by default).

    Grain
    -----
    One row per measure, in the order of the policy. The changes sum to that of the score.

    Columns
    -------
    measure : String
        The measure.
    dimension : String
        `outcomes` or `experience`.
    score_before : Float64
        0 to 100 on the earlier day; null where missing or stale.
    score_now : Float64
        The same on the as-of date.
    state_before : String
        `fresh`, `stale` or `missing` on the earlier day.
    state_now : String
        The same on the as-of date.
    weight_before : Float64
        Weight then, after those of missing measures went to the others, 0 to 1.
    weight_now : Float64
        The same now.
    contribution_before : Float64
        Weight times score then, points; 0 where it did not count.
    contribution_now : Float64
        The same now.
    change : Float64
        Now less then, points.
    by_score : Float64
        Of that, what the measure's score did, at the mean of its two weights.
    by_weight : Float64
        Of that, what its weight did: it came, went, went stale, or took the weight of another.
    overall_before : Float64
        The overall score then; null where the account was not scored.
    overall_now : Float64
        The same now.
    coverage_before : Float64
        Share of the weight that was covered then, 0 to 1.
    coverage_now : Float64
        The same now.

    Source
    ------
    ``sql/health/score_change.sql`` over health_scores.
    """
    return warehouse.fetch(
        "health/score_change",
        schema=SCORE_CHANGE,
        scope=scope,
        filters=filters,
        account_id=account_id,
        compared_on=compared_on or filters.as_of - timedelta(days=28),
    )

"""How good the forecast was: what it would have said at past quarters, against what came."""

from dataclasses import asdict
from typing import Final

import polars as pl

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.forecasts import backtest as tests
from dashboard.forecasts.company import methods_of, of_past, of_today
from dashboard.queries.forecast import renewals_seen
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

_BOTH: Final = ("forecast/renewals_seen", "forecast/short_terms")
ASKS: Final = {"backtest": _BOTH, "calibration": _BOTH, "method": _BOTH}

BACKTEST = columns(
    snapshot_on=pl.Date,
    due_quarter=pl.Date,
    segment=pl.String,
    horizon=pl.Int64,
    renewals=pl.Int64,
    arr_due=MONEY,
    expected=MONEY,
    low_50=MONEY,
    high_50=MONEY,
    low_80=MONEY,
    high_80=MONEY,
    actual=MONEY,
    base_rate_expected=MONEY,
    calls_expected=MONEY,
    called_share=pl.Float64,
)


def backtest(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What the method would have said at the start of each past fiscal quarter, and what came.

    Grain
    -----
    Start of a fiscal quarter x fiscal quarter forecast on it x segment. Quarters that were over
    30 days before the as-of date; renewals decided by it, in what was expected as in what came.
    Each day learned only from what was known on it.

    Columns
    -------
    snapshot_on : Date
        The day that forecasts.
    due_quarter : Date
        First day of the fiscal quarter it forecasts.
    segment : String
        Customer segment on that day.
    horizon : Int64
        Quarters ahead; 0 is the quarter that begins on the day.
    renewals : Int64
        Renewals open on the day and decided since.
    arr_due : Decimal
        Their ARR, reporting currency at the rates of the as-of date.
    expected : Decimal
        ARR that was expected to renew.
    low_50 : Decimal
        Lower end of the range given for half of all outcomes.
    high_50 : Decimal
        Its upper end.
    low_80 : Decimal
        Lower end of the range given for eight outcomes in ten.
    high_80 : Decimal
        Its upper end.
    actual : Decimal
        ARR that renewed.
    base_rate_expected : Decimal
        What the base rate of the segment would have expected.
    calls_expected : Decimal
        What the CSMs' calls of that day expected, the base rate where there was no call; null
        where there was none at all.
    called_share : Float64
        Share of the ARR due that had a call on that day.

    Source
    ------
    Computed from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    own = of_past(renewals_seen, warehouse, scope, filters)
    if own.is_empty():
        return BACKTEST.to_frame()
    found = methods_of(warehouse, filters.as_of)
    past = tests.past_forecasts(found, own, filters.as_of)
    if past.is_empty():
        return BACKTEST.to_frame()
    rows = tests.by_segment(found, past)
    money = [name for name, dtype in BACKTEST.items() if dtype == MONEY]
    return rows.with_columns(pl.col(money).round(2).cast(MONEY)).select(BACKTEST.names())


CALIBRATION = columns(
    decile=pl.Int64,
    forecasts=pl.Int64,
    renewals=pl.Int64,
    probability=pl.Float64,
    renewed=pl.Float64,
    base_rate=pl.Float64,
)


def calibration(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Past forecasts in ten groups of like probability, and how many of each renewed.

    Grain
    -----
    Decile of the probability given, the lowest first.

    Columns
    -------
    decile : Int64
        1 to 10.
    forecasts : Int64
        Past forecasts in the group; a renewal is forecast by up to four days.
    renewals : Int64
        Different renewals among them.
    probability : Float64
        Mean of the probabilities given.
    renewed : Float64
        Share that renewed.
    base_rate : Float64
        Mean of the base rates.

    Source
    ------
    Computed from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    own = of_past(renewals_seen, warehouse, scope, filters)
    if own.is_empty():
        return CALIBRATION.to_frame()
    past = tests.past_forecasts(methods_of(warehouse, filters.as_of), own, filters.as_of)
    if past.is_empty():
        return CALIBRATION.to_frame()
    return tests.calibration(past).select(
        pl.col(name).cast(dtype) for name, dtype in CALIBRATION.items()
    )


METHOD = columns(
    uses_model=pl.Boolean,
    reason=pl.String,
    forecasts=pl.Int64,
    brier=pl.Float64,
    brier_base_rate=pl.Float64,
    called=pl.Int64,
    brier_of_called=pl.Float64,
    brier_calls=pl.Float64,
    cells=pl.Int64,
    held_50=pl.Float64,
    held_80=pl.Float64,
    arr_error=pl.Float64,
    arr_error_base_rate=pl.Float64,
    arr_error_of_called=pl.Float64,
    arr_error_calls=pl.Float64,
    coins=pl.Float64,
    quarter=pl.Float64,
    year=pl.Float64,
    quarters=pl.Int64,
)


def method(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Whether the model or the base rate speaks, why, and how good it was in the whole company.

    Grain
    -----
    One row; none where the viewer has no renewal open.

    Columns
    -------
    uses_model : Boolean
        Whether the model is used; else base rates are.
    reason : String
        Why, in a sentence.
    forecasts : Int64
        Past forecasts of single renewals that are decided and whose quarter is over.
    brier : Float64
        Brier score of the probabilities that were given, 0 is best.
    brier_base_rate : Float64
        That of the base rates.
    called : Int64
        Those of them that had a CSM's call on the day of the forecast.
    brier_of_called : Float64
        Brier score of the forecast over those.
    brier_calls : Float64
        That of the calls.
    cells : Int64
        Past forecasts of segments in quarters.
    held_50 : Float64
        Share of them whose outcome the 50 % range held.
    held_80 : Float64
        Share of them whose outcome the 80 % range held.
    arr_error : Float64
        Sum of their absolute errors / ARR that renewed.
    arr_error_base_rate : Float64
        That of the base rates.
    arr_error_of_called : Float64
        That of the forecast where at least half of the ARR due had a call.
    arr_error_calls : Float64
        That of the calls there.
    coins : Float64
        Spread of outcomes against independent coins, used for the ranges.
    quarter : Float64
        Correlation of renewals of the same quarter beyond that of the year.
    year : Float64
        Correlation of renewals of the same fiscal year.
    quarters : Int64
        Past quarters these three were fitted to.

    Source
    ------
    Computed from ``sql/forecast/renewals_seen.sql`` and ``sql/forecast/short_terms.sql``.
    """
    day = filters.as_of
    if of_today(renewals_seen, warehouse, scope, filters).is_empty():
        return METHOD.to_frame()
    found = methods_of(warehouse, day)
    past = tests.past_forecasts(found, renewals_seen(warehouse, EVERYTHING, Filters(day)), day)
    known = tests.record(past, tests.by_segment(found, past)) if len(past) else tests.NO_RECORD
    now = found[day]
    row = asdict(known) | asdict(now.dispersion)
    row |= {"uses_model": now.uses_model, "reason": now.reason}
    return pl.DataFrame([row], schema_overrides=dict(METHOD)).select(METHOD.names())

"""Scorecards: what four scores make of the customers, and what other thresholds would."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BANDS = columns(
    scorecard=pl.String,
    segment=pl.String,
    health_band=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
    average_score=pl.Float64,
    average_coverage=pl.Float64,
)


def bands(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Customers and ARR in each band of every scorecard.

    Grain
    -----
    Scorecard x segment x band; a null band is not scored.

    Columns
    -------
    scorecard : String
        `health` (customer outcomes and experience), `vendor`, `engagement` or `maturity`.
    segment : String
        Customer segment.
    health_band : String
        `red`, `amber`, `green` or null.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.
    average_score : Float64
        Mean score, each customer counting once, 0 to 100.
    average_coverage : Float64
        Mean share of the weight that is covered, 0 to 1.

    Source
    ------
    ``sql/scorecards/bands.sql`` over health_scores, arr_movements, opportunities, advocacy_events,
    timeline_entries, survey_responses, usage_weekly, objectives, accounts, subscriptions; HB ch. 9.
    """
    return warehouse.fetch("scorecards/bands", schema=BANDS, scope=scope, filters=filters)


CUSTOMERS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    score=pl.Float64,
    health_band=pl.String,
    coverage=pl.Float64,
    deployment=pl.Float64,
    engagement=pl.Float64,
    adoption=pl.Float64,
    roi=pl.Float64,
    nps=pl.Float64,
    support=pl.Float64,
    sentiment=pl.Float64,
    retention=pl.Float64,
    expansion=pl.Float64,
    advocacy=pl.Float64,
    executive=pl.Float64,
    touches=pl.Float64,
    survey=pl.Float64,
    maturity=pl.Float64,
    features=pl.Float64,
    objectives=pl.Float64,
)


def customers(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    scorecard: str = "health",
    definition: str | None = None,
) -> pl.DataFrame:
    """Customers with the score of one scorecard and every measure, the lowest score first.

    Grain
    -----
    One row per customer. ``definition`` is the JSON of other weights, scales and thresholds.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    arr : Decimal
        ARR, reporting currency; null where none was loaded.
    score : Float64
        Score of the scorecard, 0 to 100; null where not scored.
    health_band : String
        Its band; null where not scored.
    coverage : Float64
        Share of its weight that is covered, 0 to 1.
    deployment : Float64
        Health measure, 0 to 100, as are all below; null where missing or stale.
    engagement : Float64
        Health measure.
    adoption : Float64
        Health measure.
    roi : Float64
        Health measure.
    nps : Float64
        Health measure.
    support : Float64
        Health measure.
    sentiment : Float64
        Health measure.
    retention : Float64
        ARR now by ARR twelve months ago, at most 100; null where there was none.
    expansion : Float64
        ARR added in twelve months by ARR then, 100 from the share of the scorecard: the larger of
        expansion movements and won opportunities, which become movements.
    advocacy : Float64
        Advocacy events of twelve months, 100 from the number of the scorecard.
    executive : Float64
        Days since the last engagement of an executive, falling between two numbers of days.
    touches : Float64
        Timeline entries of the last days, 100 from the number of the scorecard.
    survey : Float64
        100 where a survey was answered in the last days, 0 where one was sent and not; else null.
    maturity : Float64
        What the scorecard gives to the account's level; null for a level it does not name.
    features : Float64
        Features used by features entitled in the last week of use.
    objectives : Float64
        Share of the objectives that is attained.

    Source
    ------
    ``sql/scorecards/customers.sql`` over health_scores, arr_movements, opportunities,
    advocacy_events, timeline_entries, survey_responses, usage_weekly, objectives, accounts,
    subscriptions; HB ch. 9.
    """
    return warehouse.fetch(
        "scorecards/customers",
        schema=CUSTOMERS,
        scope=scope,
        filters=filters,
        scorecard=scorecard,
        **_params(warehouse, scorecard, definition),
    )


MEASURE_STATES = columns(
    scorecard=pl.String,
    measure=pl.String,
    state=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
    average_age_days=pl.Float64,
)


def measure_states(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """How many customers have a fresh, a stale or no measurement of each measure.

    Grain
    -----
    Measure x state, in the order of the scorecards.

    Columns
    -------
    scorecard : String
        Scorecard of the measure.
    measure : String
        The measure.
    state : String
        `fresh`; `stale`: measured, too long ago to count; `missing`: never measured, or nothing to
        measure.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.
    average_age_days : Float64
        Mean age of the measurements; null for measures that are counted up to the as-of date.

    Source
    ------
    ``sql/scorecards/measure_states.sql`` over the tables of ``scorecards/bands``.
    """
    return warehouse.fetch(
        "scorecards/measure_states", schema=MEASURE_STATES, scope=scope, filters=filters
    )


IN_STATE = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    measure=pl.String,
    state=pl.String,
    score=pl.Float64,
    measured_on=pl.Date,
    age_days=pl.Int64,
    arr=MONEY,
)


def in_state(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    measure: str = "nps",
    state: str = "fresh",
) -> pl.DataFrame:
    """Customers behind one measure and state of ``measure_states``, the largest ARR first.

    Grain
    -----
    One row per customer.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    csm_name : String
        Customer success manager; null where unassigned.
    measure : String
        The measure.
    state : String
        `fresh`, `stale` or `missing`.
    score : Float64
        0 to 100; null unless fresh.
    measured_on : Date
        Day of the measurement; null for measures that are counted up to the as-of date.
    age_days : Int64
        Days since.
    arr : Decimal
        ARR, reporting currency.

    Source
    ------
    ``sql/scorecards/in_state.sql`` over the tables of ``scorecards/bands``.
    """
    return warehouse.fetch(
        "scorecards/in_state",
        schema=IN_STATE,
        scope=scope,
        filters=filters,
        measure=measure,
        state=state,
    )


THRESHOLDS = columns(
    proposal=pl.String,
    red_below=pl.Float64,
    amber_below=pl.Float64,
    band_now=pl.String,
    band_then=pl.String,
    accounts=pl.Int64,
    arr=MONEY,
)


def thresholds(
    warehouse: Warehouse,
    scope: Scope,
    filters: Filters,
    *,
    scorecard: str = "health",
    definition: str | None = None,
) -> pl.DataFrame:
    """What the thresholds in use, tertiles and quintiles make of a scorecard's present scores.

    Grain
    -----
    Proposal x band now x band then; a null band is not scored, and stays so.

    Columns
    -------
    proposal : String
        `chosen`: the thresholds in use; `tertiles`: a third of the scored customers in each band;
        `quintiles`: the lowest fifth red, the next two amber, the top two green.
    red_below : Float64
        Threshold of the proposal, rounded to one decimal.
    amber_below : Float64
        The other threshold.
    band_now : String
        Band by the thresholds in use.
    band_then : String
        Band by those of the proposal.
    accounts : Int64
        Customers.
    arr : Decimal
        Their ARR, reporting currency.

    Source
    ------
    ``sql/scorecards/thresholds.sql`` over the tables of ``scorecards/bands``.
    """
    return warehouse.fetch(
        "scorecards/thresholds",
        schema=THRESHOLDS,
        scope=scope,
        filters=filters,
        scorecard=scorecard,
        **_params(warehouse, scorecard, definition),
    )


def _params(warehouse: Warehouse, scorecard: str, definition: str | None) -> dict[str, object]:
    """What the formula is bound with: the company's own definition or the one given as JSON."""
    return warehouse.policy.definition(scorecard, definition).params()

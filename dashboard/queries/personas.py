"""Who answers: NPS by CSM, and where decision-makers and end users part ways."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.surveys import asked
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

BY_CSM = columns(
    csm_id=pl.String,
    csm_name=pl.String,
    responses=pl.Int64,
    respondents=pl.Int64,
    nps=pl.Float64,
    margin_of_error=pl.Float64,
)


def by_csm(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """NPS by CSM; of too few respondents nothing is told.

    Grain
    -----
    CSM of the account on the as-of date.

    Columns
    -------
    csm_id : String
        Member id; null where unassigned.
    csm_name : String
        Name.
    responses : Int64
        Answers.
    respondents : Int64
        People who gave them; an answer without a respondent is one.
    nps : Float64
        -100 to 100; null with fewer respondents than the policy's minimum.
    margin_of_error : Float64
        Half the 95 % interval, in points; null likewise.

    Source
    ------
    ``sql/personas/by_csm.sql`` over survey_responses, team_members.
    """
    return warehouse.fetch(
        "personas/by_csm", schema=BY_CSM, scope=scope, filters=filters, **asked(personas)
    )


DISAGREEMENTS = columns(
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    csm_name=pl.String,
    arr=MONEY,
    happier=pl.String,
    decision_maker_answers=pl.Int64,
    decision_maker_nps=pl.Float64,
    end_user_answers=pl.Int64,
    end_user_nps=pl.Float64,
    latest_on=pl.Date,
    compared=pl.Int64,
)


def disagreements(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Customers whose decision-makers and end users disagree, the largest first.

    Grain
    -----
    One row per customer with ARR whose one side has more promoters than detractors and whose
    other side has fewer.

    Columns
    -------
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    csm_name : String
        Customer success manager.
    arr : Decimal
        ARR on the as-of date, reporting currency.
    happier : String
        `decision_maker` or `end_user`: the side with more promoters than detractors.
    decision_maker_answers : Int64
        Answers of decision-makers in the window.
    decision_maker_nps : Float64
        Their NPS, -100 to 100.
    end_user_answers : Int64
        Answers of end users in the window.
    end_user_nps : Float64
        Their NPS.
    latest_on : Date
        Day of the latest of these answers.
    compared : Int64
        Customers with answers of both sides, those who agree included; the same in each
        row.

    Source
    ------
    ``sql/personas/disagreements.sql`` over survey_responses, arr_spans.
    """
    return warehouse.fetch(
        "personas/disagreements",
        schema=DISAGREEMENTS,
        scope=scope,
        filters=filters,
        **asked(personas),
    )

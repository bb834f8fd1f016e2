"""Surveys: what customers say."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

NPS_BY_MONTH = columns(
    month=pl.Date,
    responses=pl.Int64,
    promoters=pl.Int64,
    passives=pl.Int64,
    detractors=pl.Int64,
    nps=pl.Float64,
    margin_of_error=pl.Float64,
)


def nps_by_month(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """NPS by month of the answer; undated answers keep a null month.

    Grain
    -----
    Month.

    Columns
    -------
    month : Date
        First day of the month; null without a date.
    responses : Int64
        Answers.
    promoters : Int64
        Answers of 9 or 10.
    passives : Int64
        Answers of 7 or 8.
    detractors : Int64
        Answers of 0 to 6.
    nps : Float64
        100 x (promoters - detractors) / responses, -100 to 100.
    margin_of_error : Float64
        Half the 95 % interval, in points.

    Source
    ------
    ``sql/surveys/nps_by_month.sql`` over survey_responses; HB fig. 13.10.
    """
    return warehouse.fetch(
        "surveys/nps_by_month", schema=NPS_BY_MONTH, scope=scope, filters=filters, **asked(personas)
    )


NPS_BY_MONTH_AND_PERSONA = columns(
    month=pl.Date,
    persona=pl.String,
    responses=pl.Int64,
    promoters=pl.Int64,
    passives=pl.Int64,
    detractors=pl.Int64,
    nps=pl.Float64,
    margin_of_error=pl.Float64,
)


def nps_by_month_and_persona(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """NPS of each persona by month of the answer.

    Grain
    -----
    Month x persona.

    Columns
    -------
    month : Date
        First day of the month; null without a date.
    persona : String
        `decision_maker`, `end_user`, `admin`; null where unknown.
    responses : Int64
        Answers.
    promoters : Int64
        Answers of 9 or 10.
    passives : Int64
        Answers of 7 or 8.
    detractors : Int64
        Answers of 0 to 6.
    nps : Float64
        100 x (promoters - detractors) / responses, -100 to 100.
    margin_of_error : Float64
        Half the 95 % interval, in points.

    Source
    ------
    ``sql/surveys/nps_by_month_and_persona.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "surveys/nps_by_month_and_persona",
        schema=NPS_BY_MONTH_AND_PERSONA,
        scope=scope,
        filters=filters,
        **asked(personas),
    )


NPS_BY_SEGMENT_AND_PERSONA = columns(
    segment=pl.String,
    persona=pl.String,
    responses=pl.Int64,
    promoters=pl.Int64,
    passives=pl.Int64,
    detractors=pl.Int64,
    nps=pl.Float64,
    margin_of_error=pl.Float64,
)


def nps_by_segment_and_persona(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """NPS by segment and persona over the window.

    Grain
    -----
    Segment x persona.

    Columns
    -------
    segment : String
        Customer segment.
    persona : String
        `decision_maker`, `end_user`, `admin`; null where unknown.
    responses : Int64
        Answers.
    promoters : Int64
        Answers of 9 or 10.
    passives : Int64
        Answers of 7 or 8.
    detractors : Int64
        Answers of 0 to 6.
    nps : Float64
        100 x (promoters - detractors) / responses, -100 to 100.
    margin_of_error : Float64
        Half the 95 % interval, in points.

    Source
    ------
    ``sql/surveys/nps_by_segment_and_persona.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "surveys/nps_by_segment_and_persona",
        schema=NPS_BY_SEGMENT_AND_PERSONA,
        scope=scope,
        filters=filters,
        **asked(personas),
    )


ANSWERS = columns(
    response_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    persona=pl.String,
    responded_on=pl.Date,
    month=pl.Date,
    score=pl.Int64,
    answer=pl.String,
    comment=pl.String,
    followed_up_on=pl.Date,
)


def answers(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Answers behind an NPS, the latest first.

    Grain
    -----
    One row per answer.

    Columns
    -------
    response_id : String
        The company's id.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment.
    persona : String
        Who answered.
    responded_on : Date
        Day of the answer; null where unknown.
    month : Date
        First day of that month.
    score : Int64
        0 to 10.
    answer : String
        `promoter`, `passive` or `detractor`.
    comment : String
        The answer in words.
    followed_up_on : Date
        Day somebody came back to the respondent.

    Source
    ------
    ``sql/surveys/answers.sql`` over survey_responses.
    """
    return warehouse.fetch(
        "surveys/answers", schema=ANSWERS, scope=scope, filters=filters, **asked(personas)
    )


COMMENTS = columns(
    response_id=pl.String,
    respondent_id=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    segment=pl.String,
    persona=pl.String,
    responded_on=pl.Date,
    score=pl.Int64,
    answer=pl.String,
    arr=MONEY,
    comment=pl.String,
    is_cut=pl.Boolean,
)


def comments(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """NPS answers with a comment and its first characters, the latest first.

    Grain
    -----
    One row per answer with a comment.

    Columns
    -------
    response_id : String
        The company's id.
    respondent_id : String
        Who gave it; the answer's own id where unknown.
    account_id : String
        The company's id.
    account_name : String
        Name.
    segment : String
        Customer segment on the as-of date.
    persona : String
        Who answered; null where unknown.
    responded_on : Date
        Day of the answer.
    score : Int64
        0 to 10.
    answer : String
        `promoter`, `passive` or `detractor`.
    arr : Decimal
        ARR of the whole account, reporting currency; it stands in each of the account's
        rows.
    comment : String
        The answer in words, cut after as many characters as the policy reads.
    is_cut : Boolean
        Whether there was more.

    Source
    ------
    ``sql/surveys/comments.sql`` over survey_responses, arr_spans.
    """
    return warehouse.fetch(
        "surveys/comments", schema=COMMENTS, scope=scope, filters=filters, **asked(personas)
    )


def asked(personas: tuple[str, ...]) -> dict[str, object]:
    """Bind parameters that keep some personas; an empty tuple keeps all."""
    return {"all_personas": not personas, "personas": list(personas) or [""]}

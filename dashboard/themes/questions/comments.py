"""What comments are about, and how those who say it answer the recommendation question."""

from typing import Final

import polars as pl

from dashboard.access import Scope
from dashboard.apart import Apart, EndedError
from dashboard.filters import Filters
from dashboard.metrics.proportions import Z_95
from dashboard.queries import surveys
from dashboard.queries.types import MONEY, columns
from dashboard.themes.method import MOST_COMMENTS, Themes, themes
from dashboard.warehouse.base import Warehouse, WarehouseError

_APART: Final = Apart()
_ASKED: Final = ("surveys/comments",)
ASKS: Final = {"by_theme": _ASKED, "commented": _ASKED}

BY_THEME = columns(
    theme=pl.Int64,
    words=pl.String,
    comments=pl.Int64,
    respondents=pl.Int64,
    promoters=pl.Int64,
    passives=pl.Int64,
    detractors=pl.Int64,
    nps=pl.Float64,
    margin_of_error=pl.Float64,
    accounts=pl.Int64,
    arr=MONEY,
    cut=pl.Int64,
    is_read=pl.Boolean,
)


def by_theme(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Themes of the comments a viewer may see, with the NPS of those who wrote them.

    Grain
    -----
    One row per theme, the largest first; then one for the comments near no theme, and one for
    those not read, each with a null theme. All of them are near no theme where there are fewer
    than the policy's minimum.

    Columns
    -------
    theme : Int64
        Number of the theme, from 1 on; null for comments near none.
    words : String
        The words that weigh most in it.
    comments : Int64
        Answers with a comment of it; each is of one theme at most.
    respondents : Int64
        People who gave them.
    promoters : Int64
        Answers of 9 or 10 among them.
    passives : Int64
        Answers of 7 or 8.
    detractors : Int64
        Answers of 0 to 6.
    nps : Float64
        -100 to 100; null with fewer respondents than the policy's minimum.
    margin_of_error : Float64
        Half the 95 % interval, in points; null likewise.
    accounts : Int64
        Accounts they are of; one account may be in several themes.
    arr : Decimal
        ARR of these accounts on the as-of date, reporting currency.
    cut : Int64
        Comments longer than what is read of one.
    is_read : Boolean
        False for the oldest comments beyond as many as are read.

    Source
    ------
    Learned from ``sql/surveys/comments.sql``, from the comments of this answer and no others.
    """
    return summed(
        commented(warehouse, scope, filters, personas=personas),
        warehouse.policy.surveys.minimum_respondents,
    )


def summed(rows: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """Rows of ``commented`` by theme, as ``BY_THEME``; NPS of at least so many respondents."""
    counted = (
        rows.group_by("theme", "words", "is_read")
        .agg(
            comments=pl.len(),
            respondents=pl.col("respondent_id").n_unique(),
            promoters=(pl.col("answer") == "promoter").sum(),
            passives=(pl.col("answer") == "passive").sum(),
            detractors=(pl.col("answer") == "detractor").sum(),
            accounts=pl.col("account_id").n_unique(),
            arr=pl.struct("account_id", "arr").unique().struct.field("arr").sum(),
            cut=pl.col("is_cut").sum(),
        )
        .with_columns(
            promoter_share=pl.col("promoters") / pl.col("comments"),
            detractor_share=pl.col("detractors") / pl.col("comments"),
        )
    )
    net = pl.col("promoter_share") - pl.col("detractor_share")
    spread = pl.col("promoter_share") + pl.col("detractor_share") - net * net
    enough = pl.col("respondents") >= fewest
    return (
        counted.with_columns(
            nps=pl.when(enough).then(100 * net),
            margin_of_error=pl.when(enough).then(
                100 * Z_95 * (spread.clip(lower_bound=0) / pl.col("comments")).sqrt()
            ),
        )
        .sort("is_read", "theme", descending=[True, False], nulls_last=True)
        .select(BY_THEME.names())
        .cast(BY_THEME)
    )


COMMENTED = columns(
    theme=pl.Int64,
    words=pl.String,
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
    is_read=pl.Boolean,
)


def commented(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, personas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Comments with the theme they are of, the largest theme and the latest comment first.

    Grain
    -----
    One row per answer with a comment.

    Columns
    -------
    theme : Int64
        Number of the theme, from 1 on; null for comments near none and those not read.
    words : String
        The words that weigh most in it.
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
        ARR of the whole account, reporting currency; it stands in each of the account's rows.
    comment : String
        The answer in words, cut after as many characters as the policy reads.
    is_cut : Boolean
        Whether there was more.
    is_read : Boolean
        False for the oldest comments beyond as many as are read.

    Source
    ------
    Learned from ``sql/surveys/comments.sql``, from the comments of this answer and no others.
    """
    rows = surveys.comments(warehouse, scope, filters, personas=personas)
    rows = rows.with_row_index("place").with_columns(is_read=pl.col("place") < MOST_COMMENTS)
    policy = warehouse.policy.surveys
    # In an order of their own: two warehouses that sort names otherwise learn the same.
    read = rows.filter("is_read").sort("response_id")
    if len(read) < policy.minimum_comments:
        read = read.clear()
    comments = read["comment"].to_list()
    found = _learned(comments, policy.most_themes) if comments else Themes((), ())
    themed = read.select(
        "place",
        theme=pl.Series(
            [None if each is None else each + 1 for each in found.of_comment], dtype=pl.Int64
        ),
        words=pl.Series(
            [None if each is None else found.words[each] for each in found.of_comment],
            dtype=pl.String,
        ),
    )
    return (
        rows.join(themed, on="place", how="left")
        .sort("theme", "place", nulls_last=True)
        .select(COMMENTED.names())
        .cast(COMMENTED)
    )


def _learned(comments: list[str], most: int) -> Themes:
    try:
        return _APART.work(themes, comments, most)
    except EndedError as error:
        raise WarehouseError(f"No themes were found. {error}") from error

"""The next four quarters on a page: what is due, called and expected, and what is at stake."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import streamlit as st

from dashboard.charts import forecast as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.forecast import MOST_SEGMENTS, Book, churn, sums
from dashboard.components.states import left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import forecast as findings
from dashboard.forecasts.questions import ahead
from dashboard.metrics import forecast as metrics
from dashboard.scenarios import arr_at_stake
from dashboard.session import load, policy, quarter_label, theme
from dashboard.spelled import spelled

LINES = (
    "The thin line holds eight outcomes in ten, the thick one half of them; the tick is what the "
    "base rate alone expects."
)
OPEN = Source("forecast/open_renewals")


def outlook_cards(book: Book, named: str, promised: Mapping[date, float]) -> None:
    """Quarters, whole or by segment, then churn by segment and renewals at stake.

    Parameters
    ----------
    book
        Open renewals and what their forecast is simulated from.
    named
        The quarters in words.
    promised
        Target of the renewal rate by first day of the quarter.
    """
    part = st.segmented_control(
        "By", ["whole", "segment"], default="whole", required=True, key="forecast_by",
        bind="query-params",
    )  # fmt: skip
    rows = _rows(book)
    if part == "whole":
        _by_quarter(book, rows, named, promised)
    else:
        _by_segment(book, rows, named)
    _churn(book, rows, named)
    _at_stake(book, rows)


def _rows(book: Book) -> pl.DataFrame:
    return (
        metrics.with_calls(book.renewals)
        .pipe(spelled, quarter=("due_quarter", quarter_label))
        .with_columns(
            category=charts.category_of("csm_category"),
            arr_at_stake=arr_at_stake(),
        )
        .with_columns(bar=pl.lit("called ") + pl.col("category"))
    )


def _behind(rows: pl.DataFrame, amount: str, **at: object) -> pl.DataFrame:
    """Open renewals with ``arr_in_bar``, which sums to a mark, the largest first."""
    return (
        rows.filter(pl.col(amount).is_not_null(), **at)
        .with_columns(arr_in_bar=pl.col(amount))
        .select(*ahead.OPEN_RENEWALS.names(), "arr_in_bar")
        .sort("arr_in_bar", "renewal_id", descending=[True, False])
    )


def _by_quarter(book: Book, rows: pl.DataFrame, named: str, promised: Mapping[date, float]) -> None:
    currency = policy().reporting_currency

    def behind_bar(mark: Mark) -> pl.DataFrame:
        """Renewals of one bar of a quarter."""
        if mark["bar"] in {charts.DUE, charts.EXPECTED}:
            amount = "arr_due" if mark["bar"] == charts.DUE else "expected"
            return _behind(rows, amount, quarter=mark["quarter"])
        return _behind(rows, "called_amount", **mark)

    by_quarter = sums(book, "due_quarter")
    called = (
        rows.drop_nulls("called_amount")
        .group_by("due_quarter", "category")
        .agg(amount=pl.col("called_amount").sum())
    )
    quarters = by_quarter.drop_nulls("due_quarter")
    tick = ("The orange tick is the target: the renewal rate promised x the ARR due.",)
    exhibit_card(
        Exhibit(
            key="outlook",
            title=findings.outlook(by_quarter.row(-1, named=True), named, currency=currency),
            definition=(
                "Renewals open on the as-of date by the fiscal quarter they are due in; what "
                "closed before and what is overdue from earlier quarters is in none. The outline "
                "is the ARR due, the pale bar within it what is expected to renew: ARR x "
                "probability x the share that renewals of the segment keep. Beside it the CSMs' "
                "latest calls by category; what they have not called is missing there. Ranges "
                "come from a simulation in which renewals of a quarter and of a year move "
                "together."
            ),
            frame=quarters,
            source=Source("forecast/renewals_by_quarter"),
            chart=charts.outlook_chart(currency, theme()),
            drawn=charts.outlook(quarters, called, label_of=quarter_label, targets=promised),
            drill=Drill(
                keys=("quarter", "bar"),
                rows=behind_bar,
                source=OPEN,
                amount="arr_in_bar",
                noun="renewal",
            ),
            notes=(
                LINES,
                *(tick if promised else ()),
                findings.beside(book.renewals, currency=currency),
            ),
        ),
        book.among,
    )


def _by_segment(book: Book, rows: pl.DataFrame, named: str) -> None:
    currency = policy().reporting_currency
    segments = load(ahead.renewals_by_segment, book.among)
    exact = book.renewals.group_by("due_quarter", "segment").agg(pl.col("expected").sum())
    segments = segments.drop("expected").join(exact, on=["due_quarter", "segment"])
    segments = segments.select(ahead.RENEWALS_BY_SEGMENT.names()).sort("due_quarter", "segment")
    drawn = charts.by_segment(segments, label_of=quarter_label, most=MOST_SEGMENTS)
    beyond = segments["segment"].n_unique() - drawn["segment"].n_unique()
    exhibit_card(
        Exhibit(
            key="outlook_by_segment",
            title=findings.by_segment(segments, named),
            definition=(
                "As by whole, segment by segment: the outline is the ARR due, the pale bar what "
                "is expected to renew. Ranges of segments do not add up to those of the whole."
            ),
            frame=segments,
            source=Source("forecast/renewals_by_segment"),
            chart=charts.by_segment_chart(tuple(sorted(set(drawn["segment"]))), currency, theme()),
            drawn=drawn,
            drill=Drill(
                keys=("quarter", "segment"),
                rows=lambda mark: _behind(rows, "expected", **mark),
                source=OPEN,
                amount="arr_in_bar",
                noun="renewal",
            ),
            notes=(LINES,),
        ),
        book.among,
    )
    left_out(
        (
            beyond,
            "segment",
            f"beyond the {MOST_SEGMENTS} with the most ARR due, in the table and not drawn",
        )
    )


def _churn(book: Book, rows: pl.DataFrame, named: str) -> None:
    currency = policy().reporting_currency
    lost = churn(book).drop_nulls("segment")
    exhibit_card(
        Exhibit(
            key="churn",
            title=findings.churn(lost, currency=currency),
            definition=(
                f"ARR due in {named} x the probability that the renewal does not come, summed by "
                "segment. What renews for less is contraction and not in it."
            ),
            frame=lost,
            source=OPEN,
            chart=charts.churn_chart(currency, theme()),
            drawn=lost.with_columns(
                share=pl.col("churn").cast(pl.Float64) / pl.col("arr_due").cast(pl.Float64)
            ),
            drill=Drill(
                keys=("segment",),
                rows=lambda mark: _behind(rows, "arr_at_stake", **mark),
                source=OPEN,
                amount="arr_in_bar",
                noun="renewal",
            ),
            notes=(LINES,),
        ),
        book.among,
    )


def _at_stake(book: Book, rows: pl.DataFrame) -> None:
    stake = rows.sort("arr_at_stake", "renewal_id", descending=[True, False]).select(
        "account_name",
        "arr_due",
        "probability",
        "arr_at_stake",
        "due_on",
        "pushed_down",
        "pushed_up",
        "segment",
        "health_band",
        "csm_category",
        "csm_likelihood",
        "base_rate",
        "renewal_id",
        "account_id",
    )
    exhibit_card(
        Exhibit(
            key="at_stake",
            title=findings.at_stake(stake, currency=policy().reporting_currency),
            definition=(
                "Open renewals by the ARR expected to churn with them, ARR due x (1 - "
                "probability), the largest first. Beside each is what lowers and what raises its "
                "probability most against an average renewal; nothing where base rates are used."
            ),
            frame=stake,
            source=OPEN,
        ),
        book.among,
    )

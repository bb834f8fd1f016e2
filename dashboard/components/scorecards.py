"""Scorecards: customers and ARR by band, by scorecard and by segment, and every score."""

from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import scorecards as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.health import Shown
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import scorecards as findings
from dashboard.policy import MEASURES, Policy
from dashboard.queries import scorecards as queries
from dashboard.scorecard_policy import (
    CARDS,
    EngagementScorecard,
    MaturityScorecard,
    VendorScorecard,
)
from dashboard.session import load, narrowed, policy, theme

OF: Final[dict[str, tuple[str, ...]]] = {
    "health": MEASURES,
    "vendor": VendorScorecard.measures,
    "engagement": EngagementScorecard.measures,
    "maturity": MaturityScorecard.measures,
}
"""Measures of each scorecard."""


def chosen_card() -> str:
    """The scorecard of the link; customer outcomes and experience where none is named."""
    return st.selectbox(
        "Scorecard",
        list(CARDS),
        format_func=CARDS.__getitem__,
        key="scorecard",
        bind="query-params",
    )


def chosen_measure() -> str:
    """Whether bars are of customers or of their ARR."""
    return st.segmented_control(
        "Show", ["customers", "ARR"], default="customers", required=True,
        key="card_measure", bind="query-params",
    )  # fmt: skip


def stated(card: str, policy: Policy) -> str:
    """How the company defines a scorecard, in sentences."""
    own, scores = policy.definition(card), policy.scorecards
    weights = ", ".join(
        f"{charts.NAMES[measure]} {own.share(measure):.0%}"  # type: ignore[arg-type]
        for measure in OF[card]
    )
    rules = {
        "health": (
            f"Measurements older than {policy.health.stale_after_days} days do not count. Weights "
            f"inside the halves: {weights}."
        ),
        "vendor": (
            "Retention is ARR now by ARR twelve months ago, at most 100. Expansion is ARR added in "
            "twelve months by ARR then, the larger of expansion movements and won sales (a sale "
            f"becomes a movement), 100 from {scores.vendor.expansion_full_share:.0%}. Advocacy is "
            f"100 from {scores.vendor.advocacy_full_events} events in twelve months. "
            f"Weights: {weights}."
        ),
        "engagement": (
            "Executive engagement is 100 up to "
            f"{scores.engagement.executive_full_days} days since the last and 0 from "
            f"{scores.engagement.executive_none_days}. Touches are 100 from "
            f"{scores.engagement.touches_full} in {scores.engagement.touches_days} days. Survey "
            f"answers is 100 where one was answered in {scores.engagement.survey_days} days, 0 "
            f"where one was sent and none answered, else missing. Weights: {weights}."
        ),
        "maturity": (
            "Maturity level scores "
            + ", ".join(f"{level} {score:g}" for level, score in scores.maturity.levels.items())
            + "; another level is missing. Features used is the share of those entitled, "
            "objectives attained the share of all; both are stale after "
            f"{scores.maturity.stale_after_days} days. Weights: {weights}."
        ),
    }
    bands = own.overall
    source = (
        "Measures, halves and thresholds are the handbook's (ch. 9)."
        if card == "health"
        else "The handbook names the scorecard; weights, scales and thresholds are our defaults "
        "until the settings say otherwise."
    )
    return (
        f"{rules[card]} Red below {bands.red_below:g}, amber below {bands.amber_below:g}. A "
        "missing or stale measure leaves its weight to the others; with less than "
        f"{own.minimum_coverage:.0%} of the weight covered a customer is not scored. {source}"
    )


def scorecards(shown: Shown) -> None:
    """Four scorecards beside each other, then one of them by segment and customer."""
    among = shown.among
    left, right = st.columns([2, 1])
    with left:
        card = chosen_card()
    with right:
        measure = chosen_measure()
    bands, customers = together(
        asked(queries.bands, among), asked(queries.customers, among, scorecard=card)
    )
    if bands.is_empty():
        empty("No customer to score.", "Take away a filter, or choose another as-of date.")
        return
    chart = charts.bands_chart(measure, shown.currency, theme())
    whole = charts.with_band(
        bands.group_by("scorecard", "health_band").agg(pl.col("accounts", "arr").sum())
    ).with_columns(
        name=pl.col("scorecard").replace_strict(CARDS),
        position=pl.col("scorecard").replace_strict({key: at for at, key in enumerate(CARDS)}),
    ).sort("position", "rank")  # fmt: skip

    def behind_card(mark: Mark) -> pl.DataFrame:
        """Customers of a scorecard in a band."""
        of = next(key for key, name in CARDS.items() if name == mark["name"])
        return _in_band(load(queries.customers, among, scorecard=of), of, str(mark["band"]))

    drill_source = Source("scorecards/customers", {"scorecard": card})
    exhibit_card(
        Exhibit(
            key="scorecards",
            title=findings.cards(bands, {str(key): name for key, name in CARDS.items()}),
            definition=(
                "Customers and their ARR by the band of each scorecard: customer outcomes and "
                "experience is the health score; vendor outcomes is what customers bring; "
                "engagement is whether both sides talk; maturity is how far the use has come. "
                "Each is 0 to 100; a customer with too little covered is not scored."
            ),
            frame=bands,
            source=Source("scorecards/bands"),
            chart=chart,
            drawn=whole,
            drill=Drill(
                keys=("name", "band"),
                rows=behind_card,
                source=Source("scorecards/customers"),
                amount="arr",
                noun="customer",
            ),
        ),
        among,
    )
    own = bands.filter(scorecard=card)
    drawn = charts.with_band(own).with_columns(
        name=pl.col("segment"), position=pl.col("segment").rank("dense")
    )

    def behind_segment(mark: Mark) -> pl.DataFrame:
        """Customers of one segment in a band."""
        narrow = narrowed(among, segments=str(mark["name"]))
        return _in_band(load(queries.customers, narrow, scorecard=card), card, str(mark["band"]))

    exhibit_card(
        Exhibit(
            key="scorecard_segments",
            title=findings.by_segment(own, CARDS[card]),  # type: ignore[index]
            definition=stated(card, policy()),
            frame=own,
            source=Source("scorecards/bands"),
            chart=chart,
            drawn=drawn,
            drill=Drill(
                keys=("name", "band"),
                rows=behind_segment,
                source=drill_source,
                amount="arr",
                noun="customer",
            ),
        ),
        among,
    )
    exhibit_card(
        Exhibit(
            key="scorecard_customers",
            title=findings.customers(customers, CARDS[card], currency=shown.currency),  # type: ignore[index]
            definition=stated(card, policy()),
            frame=_of_card(customers, card),
            source=drill_source,
        ),
        among,
    )
    left_out((customers["score"].null_count(), "customer", "not scored on this scorecard"))


def _of_card(customers: pl.DataFrame, card: str) -> pl.DataFrame:
    """Customers with the measures of one scorecard alone."""
    others = {name for key, names in OF.items() if key != card for name in names} - {*OF[card]}
    return customers.drop(others)


def _in_band(customers: pl.DataFrame, card: str, band: str) -> pl.DataFrame:
    kept = customers.filter(pl.col("health_band").fill_null(charts.NOT_SCORED) == band)
    return _of_card(kept, card).sort("arr", "account_id", descending=[True, False], nulls_last=True)

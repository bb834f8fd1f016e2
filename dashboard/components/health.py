"""Views of health: how it stands, how it moves, and what one customer's score is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import health as charts
from dashboard.charts import score_change as change_charts
from dashboard.charts.scorecards import states, states_chart
from dashboard.charts.waterfall import waterfall_chart
from dashboard.components.cards import exhibit_card
from dashboard.components.states import empty, left_out
from dashboard.exhibit import Drill, Exhibit, Mark, Source, Timed
from dashboard.filters import Filters
from dashboard.findings import health as findings
from dashboard.findings import scorecards as scorecard_findings
from dashboard.formats import distinct_names
from dashboard.queries import accounts, scorecards
from dashboard.queries import health as queries
from dashboard.session import load, narrowed, policy, theme

WEEKS: Final = 26
DAYS: Final = 7
OFFERED: Final = 2_000
SINCE: Final = 28


@dataclass(frozen=True, slots=True)
class Shown:
    """What every view is of."""

    among: Filters
    currency: str
    covered: pl.DataFrame
    """Customers by segment and band."""
    weeks: pl.DataFrame
    """Customers by band week by week, of the last year."""


def now(shown: Shown) -> None:
    """Segment by measure, and how fresh the measures are."""
    among = shown.among
    scores, measured = together(
        asked(queries.by_segment, among), asked(scorecards.measure_states, among)
    )
    heat = charts.heat(scores, policy().health)

    def behind_cell(mark: Mark) -> pl.DataFrame:
        """Customers of one segment that have a score for the measure."""
        measure = next(key for key, name in charts.NAMES.items() if name == mark["name"])
        return load(queries.scores, narrowed(among, segments=str(mark["segment"])), measure=measure)

    if not heat.is_empty():
        exhibit_card(
            Exhibit(
                key="health_by_segment",
                title=findings.by_segment(heat, currency=shown.currency),
                definition=(
                    "Average score of the customers of a segment, each counting once, and the "
                    "share of their ARR that is red for the measure. Overall is the mean of "
                    "outcomes (deployment, engagement, adoption, ROI) and experience (NPS, "
                    "support, sentiment). NPS has bands of its own."
                ),
                frame=scores,
                source=Source("health/by_segment"),
                chart=charts.by_segment(theme()),
                drawn=heat,
                drill=Drill(
                    keys=("segment", "name"),
                    rows=behind_cell,
                    source=Source("health/scores"),
                    amount="arr",
                    noun="customer",
                ),
            ),
            among,
        )
    measures(shown, measured.filter(scorecard="health"))
    not_scored(shown)


def not_scored(shown: Shown) -> None:
    """How many customers have no health score."""
    unscored = shown.covered.filter(pl.col("health_band").is_null())
    left_out((int(unscored["accounts"].sum()), "customer", "without a health score"))


def measures(shown: Shown, measured: pl.DataFrame) -> None:
    """Of how many customers each measure is fresh, stale or missing."""
    drawn = states(measured)

    def behind_state(mark: Mark) -> pl.DataFrame:
        """Customers whose measure is in a state."""
        measure = next(
            row["measure"] for row in drawn.rows(named=True) if row["name"] == mark["name"]
        )
        return load(scorecards.in_state, shown.among, measure=measure, state=str(mark["state"]))

    days = policy().health.stale_after_days
    least = policy().health.minimum_coverage
    exhibit_card(
        Exhibit(
            key="measure_states",
            title=scorecard_findings.states(drawn),
            definition=(
                f"Customers by whether a measure counts: fresh up to {days} days old, stale when "
                "older, missing when never measured. A stale or missing measure leaves its weight "
                "to the others of its half, outcomes or experience, and a half without any to the "
                f"other; with less than {least:.0%} of the weight covered a customer is not "
                "scored."
            ),
            frame=measured,
            source=Source("scorecards/measure_states"),
            chart=states_chart(theme()),
            drawn=drawn,
            drill=Drill(
                keys=("name", "state"),
                rows=behind_state,
                source=Source("scorecards/in_state"),
                amount="arr",
                noun="customer",
            ),
        ),
        shown.among,
    )


def movement(shown: Shown) -> None:
    """Bands week by week, and who crossed a threshold."""
    among = shown.among
    recent = among.window(among.as_of - timedelta(weeks=WEEKS), None)
    measure = st.segmented_control(
        "Show", ["customers", "ARR"], default="customers", required=True,
        key="health_measure", bind="query-params",
    )  # fmt: skip
    drawn = charts.bands(shown.weeks.filter(pl.col("week_on") >= recent.since))

    def behind_week(mark: Mark) -> pl.DataFrame:
        """Customers in a band at the end of a week."""
        return load(
            queries.in_band,
            among,
            week_on=date.fromisoformat(str(mark["week"])),
            band=str(mark["band"]),
        )

    if not drawn.is_empty():
        exhibit_card(
            Exhibit(
                key="bands_by_week",
                title=findings.bands_by_week(drawn),
                definition=(
                    "Customers of each week by the band of their overall score at the week's last "
                    "measurement; ARR at the rates of the as-of date. A customer with too little "
                    "of the weight covered is not scored."
                ),
                frame=drawn.drop("rank", "week", "band"),
                source=Source("health/bands_by_week"),
                chart=charts.bands_by_week(measure, theme()),
                drawn=drawn,
                timed=Timed("week_on"),
                drill=Drill(
                    keys=("week", "band"),
                    rows=behind_week,
                    source=Source("health/in_band"),
                    amount="arr",
                    noun="customer",
                ),
            ),
            recent,
        )
    before = among.as_of - timedelta(days=DAYS)
    crossed = load(queries.crossings, among, compared_on=before)
    exhibit_card(
        Exhibit(
            key="crossings",
            title=findings.crossings(crossed, DAYS, currency=shown.currency),
            definition=(
                f"Customers whose band on the as-of date differs from that of {DAYS} days before, "
                "the largest ARR first. An empty band is not scored."
            ),
            frame=crossed,
            source=Source("health/crossings", {"compared_on": before}),
        ),
        among,
    )
    not_scored(shown)


def one_customer(shown: Shown) -> None:
    """What one customer's score is made of, and what changed it."""
    among = shown.among
    customers = load(accounts.customers, among, most=OFFERED)
    names = distinct_names(
        (row["account_id"], f"{row['account_name']} ({row['segment']})")
        for row in customers.sort("overall_score", nulls_last=True).iter_rows(named=True)
    )
    if not names:
        empty("No customer to look at.", "Take away a filter, or choose another as-of date.")
        return
    left, right = st.columns([2, 1])
    chosen = left.selectbox(
        "One customer's score",
        list(names),
        format_func=names.__getitem__,
        key="account",
        bind="query-params",
    )
    compared_on = right.date_input(
        "Compared with",
        value=among.as_of - timedelta(days=SINCE),
        max_value=among.as_of,
        format="YYYY-MM-DD",
        key="compared_on",
        bind="query-params",
    )
    if chosen and isinstance(compared_on, date):
        _score(shown, chosen, names, compared_on)
    left_out(
        (
            int(customers["customers"][0]) - OFFERED,
            "customer",
            f"beyond the {OFFERED:,} largest, not offered in the list",
        )
    )


def _score(shown: Shown, chosen: str, names: Mapping[str, str], compared_on: date) -> None:
    among = shown.among
    parts, change = together(
        asked(queries.contributions, among, account_id=chosen),
        asked(queries.score_change, among, account_id=chosen, compared_on=compared_on),
    )
    exhibit_card(
        Exhibit(
            key="contributions",
            title=findings.contributions(parts, names[chosen]),
            definition=(
                "What each measure adds to the overall score: its score times its weight. The "
                "pale bar is the most it could add. The weight of a missing or stale measure "
                "goes to the others of its half; contributions sum to the score."
            ),
            frame=parts,
            source=Source("health/contributions", {"account_id": chosen}),
            chart=charts.contributions(theme()),
            drawn=charts.made_of(parts),
        ),
        among,
    )
    steps = change_charts.steps(change)
    then = f"{compared_on:%-d %b %Y}"
    ends = ((f"on {then}", "before"), ("now", "now"))
    unscored = [
        f"Not scored {when}: {change[f'coverage_{side}'][0] or 0.0:.0%} of the weight was covered, "
        "and the bar is what the measures that counted would give."
        for when, side in ends
        if not change.is_empty() and change[f"overall_{side}"][0] is None
    ]
    exhibit_card(
        Exhibit(
            key="score_change",
            title=findings.score_change(change, names[chosen], then),
            definition=(
                f"From the score of {then} to that of {among.as_of:%-d %b %Y}. A measure that "
                "counted on both days changes the score by what its own score did, at the mean of "
                "its two weights. Weights is what a measure that came, went or went stale brought "
                "or took, with what those did that took its weight. The steps sum to the change."
            ),
            frame=change,
            source=Source(
                "health/score_change", {"account_id": chosen, "compared_on": compared_on}
            ),
            chart=waterfall_chart(None, theme()) if not change.is_empty() else None,
            drawn=steps if not change.is_empty() else None,
            notes=tuple(unscored),
        ),
        among,
    )

"""*Digital programmes*, key behaviours: what customers did early, and who stays and grows."""

import polars as pl
import streamlit as st

from dashboard.answers import asked, together
from dashboard.charts import intervals
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.voice import Window
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import digital as findings
from dashboard.formats import visible
from dashboard.metrics import behaviours as metrics
from dashboard.queries import behaviours as queries
from dashboard.session import filters, load, policy, theme

OUTCOMES: dict[str, metrics.Outcome] = {"Renewal": "renewal", "Expansion": "expansion"}
ALL = "all years"
MOST = 20
"""Behaviours drawn; the table has all."""


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    del window  # A behaviour counts from the day an account became a customer.
    among, choices = filters(), policy().digital
    by_cohort, cohorts = together(asked(queries.by_cohort, among), asked(queries.cohorts, among))
    if by_cohort.is_empty():
        empty(
            "No customer is old enough to say what early behaviours go with.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (metrics.looked_at, metrics.renewals_decided, metrics.old_enough_to_expand):
            kpi(metric, cohorts)
    kpi_note(
        f"Early is within {choices.behaviour_days} days of becoming a customer; an expansion "
        f"counts from then up to {choices.expansion_days} days: settings. This is association, "
        "not cause: who was going to stay anyway may simply do more. Customers lost before the "
        "company's records begin are not in them, so early years look better than they were."
    )
    left, right = st.columns(2)
    chosen = left.segmented_control(
        "Goes with", list(OUTCOMES), default="Renewal", required=True,
        key="goes_with", bind="query-params",
    )  # fmt: skip
    years = [f"{day:%Y}" for day in by_cohort["cohort_on"].unique().sort()]
    year = right.selectbox("Customers of", [ALL, *years], key="cohort")
    outcome = OUTCOMES[chosen]
    kept = (
        by_cohort
        if year == ALL
        else by_cohort.filter(pl.col("cohort_on").dt.to_string("%Y") == year)
    )
    lifts = metrics.lifts(kept, outcome)
    _lifts(lifts, outcome, year)
    if len(lifts):
        _by_year(by_cohort, lifts["behaviour"].to_list(), outcome)
    of = cohorts if year == ALL else cohorts.filter(pl.col("cohort_on").dt.to_string("%Y") == year)
    renewal, number = outcome == "renewal", of.sum().row(0, named=True)
    left_out(
        (
            number["too_young"],
            "customer",
            f"for less than {choices.behaviour_days} days, too young for a behaviour",
        ),
        (number["left_before"], "customer", "who left before these days were over"),
        (
            number["renewal_not_decided"] if renewal else 0,
            "customer",
            "whose first renewal is not due or not decided",
        ),
        (
            number["renewal_due_before"] if renewal else 0,
            "customer",
            "whose first renewal was due in these days",
        ),
        (number["without_renewal"] if renewal else 0, "customer", "without a renewal"),
        (
            0 if renewal else number["expansion_too_young"],
            "customer",
            f"for less than {choices.expansion_days} days",
        ),
    )
    if number["without_behaviour"]:
        st.caption(
            f"{number['without_behaviour']:,} of those looked at were never seen doing any of it; "
            "they count as not early, even where their telemetry may be missing."
        )


def _counts(outcome: metrics.Outcome) -> pl.Expr:
    """Which accounts an outcome is counted of."""
    if outcome == "renewal":
        return pl.col("first_renewal").is_in(["renewed", "churned"])
    return pl.col("expansion") != "too young"


def _lifts(lifts: pl.DataFrame, outcome: metrics.Outcome, year: str) -> None:
    drawn = lifts.head(MOST).with_columns(
        name=pl.col("behaviour"),
        group=pl.lit("Early minus not early"),
        n=pl.col("early_accounts") + pl.col("rest_accounts"),
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers the difference of one behaviour is counted of."""
        rows = load(queries.accounts, filters(), behaviour=str(mark["name"]))
        of_year = (
            rows if year == ALL else rows.filter(pl.col("cohort_on").dt.to_string("%Y") == year)
        )
        return of_year.filter(_counts(outcome))

    what = (
        "whose first renewal renewed, of those for whom it is due and decided"
        if outcome == "renewal"
        else "that expanded after the early days, of those old enough for it"
    )
    exhibit_card(
        Exhibit(
            key="key_behaviours",
            title=findings.lifts(lifts, outcome),
            definition=(
                f"Share of customers {what}: who did it early minus who did not, with Newcombe's "
                "95 % interval; one across nothing is no detectable difference. With several "
                "behaviours looked at some stand out by chance: the title and the column "
                "Adjusted use Fisher's exact probability after Holm. The table has the ratio of "
                "the shares too. Association, not cause: no lot was drawn."
            ),
            frame=lifts.rename(
                {"value": "share_apart_rate", "low": "low_rate", "high": "high_rate"}
            ),
            source=Source("behaviours/by_cohort"),
            chart=intervals.dots_chart(
                "Points apart, 95 % interval",
                intervals.SHARES_APART,
                "Customers",
                ("Early minus not early",),
                theme(),
            )
            if len(lifts)
            else None,
            drawn=drawn,
            drill=Drill(keys=("name",), rows=behind, source=Source("behaviours/accounts"))
            if len(lifts)
            else None,
        ),
        filters(),
    )
    left_out((len(lifts) - len(drawn), "behaviour", "in the table, not drawn"))


def _by_year(by_cohort: pl.DataFrame, names: list[str], outcome: metrics.Outcome) -> None:
    behaviour = st.selectbox("Behaviour", names, format_func=visible, key="behaviour")
    rows = metrics.by_year(by_cohort, behaviour, outcome)

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one year, early or not."""
        found = load(queries.accounts, filters(), behaviour=behaviour)
        return found.filter(
            _counts(outcome),
            pl.col("cohort_on").dt.to_string("%Y") == mark["name"],
            pl.col("is_early") == (mark["group"] == metrics.EARLY),
        )

    exhibit_card(
        Exhibit(
            key="behaviour_by_year",
            title=findings.years(rows, visible(behaviour), outcome),
            definition=(
                "The shares themselves by the calendar year of becoming a customer, who did it "
                "early beside who did not, with Wilson's 95 % interval. A behaviour that goes "
                "with staying in one year only is a weak guide."
            ),
            frame=rows.select(
                pl.col("name").alias("year"),
                pl.col("group").alias("behaviour_came"),
                pl.col("n").alias("customers"),
                pl.col("value").alias("share"),
                pl.col("low").alias("low_share"),
                pl.col("high").alias("high_share"),
            ),
            source=Source("behaviours/by_cohort"),
            chart=intervals.dots_chart(
                "Share, 95 % interval",
                intervals.SHARE,
                "Customers",
                (metrics.EARLY, metrics.REST),
                theme(),
            ),
            drawn=rows,
            drill=Drill(keys=("name", "group"), rows=behind, source=Source("behaviours/accounts")),
        ),
        filters(),
    )

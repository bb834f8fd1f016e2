"""Whether health came true: renewals by the band their customers had some time before."""

from datetime import timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts import outcome_check as charts
from dashboard.charts.scorecards import NAMES
from dashboard.components.cards import exhibit_card
from dashboard.components.health import Shown
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import outcome_check as findings
from dashboard.queries import outcome_check as queries
from dashboard.session import MissingTableError, load, retention_policy, theme, years_before

YEARS: Final = {"1 year": 1, "2 years": 2, "3 years": 3}
DAYS: Final = {"30 days": 30, "60 days": 60, "90 days": 90, "180 days": 180}


def outcome_check(shown: Shown) -> None:
    """Renewal rate by band some days before the due date: overall, and measure by measure."""
    left, right = st.columns(2)
    before = left.segmented_control(
        "Band this long before the due date", list(DAYS), default="90 days", required=True,
        key="days_before", bind="query-params",
    )  # fmt: skip
    past = right.segmented_control(
        "Renewals of the last", list(YEARS), default="2 years", required=True,
        key="check_years", bind="query-params",
    )  # fmt: skip
    days, rule = DAYS[before], retention_policy()
    among = shown.among.window(
        years_before(shown.among.as_of, YEARS[past]) + timedelta(days=1),
        shown.among.as_of + timedelta(days=1),
    )
    params = {"days_before": days, "policy": rule}
    try:
        rows = load(queries.by_band, among, days_before=days, policy=rule)
    except MissingTableError as error:
        missing_part("The outcome check", error.tables)
        return
    if rows.is_empty():
        empty(
            "No renewal of this time has a known end.",
            "Choose a longer time, another as-of date, or take away a filter.",
        )
        return

    def behind(mark: Mark) -> pl.DataFrame:
        """Renewals of one measure and band."""
        return load(
            queries.renewals,
            among,
            measure=str(mark["measure"]),
            band=str(mark["band"]),
            days_before=days,
            policy=rule,
        )

    stated = (
        f"Renewals that the policy {rule.name} counts as decided, by the band of the last measured "
        f"week at most three weeks before the day {days} days before they were due; what was "
        "measured later is not looked at. The line through a point is Wilson's 95 % interval; the "
        "grey tick is the rate of all; lift is a band's rate by that. Detectable is a difference "
        "to all other renewals whose 95 % interval (Newcombe) leaves out zero. Of fewer than five "
        "renewals no rate is given."
    )
    for key, part, title, counts in (
        (
            "outcome_check",
            pl.col("measure").is_in(charts.ORDER),
            findings.overall(rows, days),
            True,
        ),
        (
            "outcome_check_measures",
            ~pl.col("measure").is_in(charts.ORDER),
            findings.measures(rows.filter(~pl.col("measure").is_in(charts.ORDER[1:]))),
            False,
        ),
    ):
        frame = rows.filter(part)
        drawn = charts.rates(frame)
        note = (
            ("Of many comparisons one in twenty looks detectable by chance alone.",)
            if not counts
            else ()
        )
        exhibit_card(
            Exhibit(
                key=key,
                title=title,
                definition=stated,
                frame=frame,
                source=Source("outcome_check/by_band", params),
                chart=charts.rates_chart(counts, theme()) if len(drawn) else None,
                drawn=drawn if len(drawn) else None,
                drill=Drill(
                    keys=("measure", "band"),
                    rows=behind,
                    source=Source("outcome_check/renewals", params),
                    amount="arr_due",
                    noun="renewal",
                    label=lambda mark: f"{NAMES[str(mark['measure'])]}, {mark['band']}",
                )
                if len(drawn)
                else None,
                notes=note,
            ),
            among,
        )
    overall = rows.filter(measure="overall")
    left_out(
        (
            int(overall.filter(pl.col("health_band").is_null())["renewals"].sum()),
            "renewal",
            "of customers not scored then",
        ),
        (
            int(overall.filter(pl.col("renewal_rate").is_null())["renewals"].sum()),
            "renewal",
            f"in a band of fewer than {findings.FEWEST}, without a rate",
        ),
    )

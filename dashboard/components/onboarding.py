"""Time to value on a page: how long onboarding takes, by the quarter in which it began."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import onboarding as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import lifecycle as findings
from dashboard.metrics import onboarding as metrics
from dashboard.queries import onboarding as queries
from dashboard.session import as_of, filters, freshness, policy, quarter_label, theme, years_before

QUARTERS: Final = 12


def value_view() -> None:
    """Time to value: out of onboarding, and the first key behaviour, by cohort."""
    calendar = policy().calendar
    first = calendar.earlier(as_of(), "quarter", QUARTERS).start_on
    among = filters(first, as_of() + timedelta(days=1))
    since = years_before(as_of(), 1) + timedelta(days=1)
    earlier = replace(
        among.window(years_before(as_of(), 2) + timedelta(days=1), since),
        as_of=years_before(as_of(), 1),
    )
    cohorts, accounts, before = together(
        asked(queries.cohorts, among),
        asked(queries.accounts, among),
        asked(queries.accounts, earlier),
    )
    if cohorts.is_empty():
        empty(
            f"No customer began since {first:%-d %b %Y}.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    recent = accounts.filter(pl.col("began_on") >= since)
    has_history = "account_history" not in freshness().absent
    has_behaviour = "usage_events" not in freshness().absent
    with kpi_row():
        chosen = [metrics.begun]
        if has_history:
            chosen += [metrics.median_onboarding, metrics.waiting, metrics.left_before]
        if has_behaviour:
            chosen += [metrics.median_behaviour, metrics.without_behaviour]
        for metric in chosen:
            kpi(metric, recent, before=before, versus="the twelve months before")
    kpi_note(
        f"Customers that began in the twelve months to {among.as_of:%-d %b %Y}, followed up to "
        "that day; those of the twelve months before followed up to a year earlier. A median is "
        "that of Kaplan and Meier: who still waits or left before counts as not there yet for as "
        "long as it was followed."
    )
    if not has_history:
        missing_part("The days in onboarding", ("account_history",))
    if not has_behaviour:
        missing_part("The first key behaviour", ("usage_events",))
    periods = calendar.periods_from(first, "quarter", QUARTERS + 1)
    quarters = tuple(each.label for each in periods)
    onboarding = cohorts.filter(pl.col("reading") == charts.ANSWERED[0])
    drawn = charts.cohorts(cohorts, label_of=quarter_label)
    labels = {quarter_label(day): day for day in cohorts["cohort_on"].unique()}
    done = onboarding.filter(pl.col("is_complete") & pl.col("median_days").is_not_null())
    last = quarter_label(done["cohort_on"].max()) if len(done) else ""  # type: ignore[arg-type]

    def behind(mark: Mark) -> pl.DataFrame:
        """Customers of one cohort."""
        return accounts.filter(pl.col("cohort_on") == labels[str(mark["cohort"])])

    def behind_state(mark: Mark) -> pl.DataFrame:
        """Customers of one cohort in one state of onboarding."""
        state = next(key for key, word in charts.COHORT_STATES.items() if word == mark["what"])
        return behind(mark).filter(pl.col("onboarding") == state.replace("_", " "))

    definition = (
        "Customers by the fiscal quarter in which their onboarding began: the first day in the "
        "stage Onboarding, else the first day as a customer. Out of onboarding is the first move "
        "to any stage but Churned; the first key behaviour is the earliest usage event. The "
        "median is the first day on which at most half of those followed still wait (Kaplan and "
        "Meier); where more than half still wait there is none. A hollow point is an incomplete "
        "cohort: its quarter runs, or somebody waits."
    )
    if not drawn.is_empty():
        exhibit_card(
            Exhibit(
                key="time_to_value",
                title=findings.time_to_value(onboarding, last),
                definition=definition,
                frame=cohorts,
                source=Source("onboarding/cohorts"),
                chart=charts.medians_chart(quarters, theme()),
                drawn=drawn,
                drill=Drill(
                    keys=("cohort", "reading"),
                    rows=behind,
                    source=Source("onboarding/accounts"),
                    noun="customer",
                ),
                notes=("A hollow point is a cohort that is not complete.",),
            ),
            among,
        )
    exhibit_card(
        Exhibit(
            key="cohort_states",
            title=findings.cohort_states(onboarding),
            definition=f"{definition} Each customer counts once, by what became of it.",
            frame=onboarding,
            source=Source("onboarding/cohorts"),
            chart=charts.states_chart(quarters, theme()),
            drawn=charts.cohort_states(onboarding, label_of=quarter_label),
            drill=Drill(
                keys=("cohort", "what"),
                rows=behind_state,
                source=Source("onboarding/accounts"),
                noun="customer",
            ),
        ),
        among,
    )
    left_out(
        (
            int(onboarding["not_recorded"].sum()),
            "customer",
            "without an onboarding on record, in no median of it",
        )
    )

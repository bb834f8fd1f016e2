"""Charts are their specifications: accepted ones lie beside, and change on purpose only."""

import importlib
import inspect
import pkgutil

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from dashboard import charts
from dashboard.charts import (
    account,
    advocacy,
    before_leaving,
    bridge,
    capacity,
    churn,
    cohorts,
    coverage,
    digital,
    expansion,
    forecast,
    health,
    intervals,
    lifecycle,
    onboarding,
    one_on_one,
    outcome_check,
    pipeline,
    plans,
    priorities,
    quadrants,
    record,
    references,
    renewal_watch,
    renewals,
    responses,
    retention,
    risks,
    scenarios,
    scorecards,
    surveys,
    talent,
    triggers,
    waterfall,
    white_space,
    won,
)

STATES = ("closed: kept", "closed: lost", "open: green", "open: red")
SPECIFICATIONS = {
    "account.health_by_week": lambda theme: account.health_by_week(40.0, 70.0, theme),
    "account.arr_over_time": lambda theme: account.arr_over_time("changed_on", "USD", theme),
    "account.use_by_week": lambda theme: account.use_by_week("People", theme),
    "account.events": lambda theme: account.events(("Touches", "Support"), theme),
    "renewals.due_by_quarter": lambda theme: renewals.due_by_quarter(
        "ARR", STATES, "health band", "FY26 Q4", "USD", theme
    ),
    "renewals.by_segment_and_band": renewals.by_segment_and_band,
    "renewals.value_and_health": lambda theme: renewals.value_and_health(40.0, 70.0, "USD", theme),
    "health.by_segment": health.by_segment,
    "health.bands_by_week": lambda theme: health.bands_by_week("ARR", theme),
    "health.contributions": health.contributions,
    "one_on_one.buckets": one_on_one.buckets,
    "one_on_one.heat": one_on_one.heat,
    "one_on_one.trend": one_on_one.trend,
    "one_on_one.executives": one_on_one.executives,
    "quadrants.totals_chart": quadrants.totals_chart,
    "quadrants.places_chart": lambda theme: quadrants.places_chart(70.0, theme),
    "scorecards.bands_chart": lambda theme: scorecards.bands_chart("ARR", "USD", theme),
    "scorecards.states_chart": scorecards.states_chart,
    "scorecards.moves_chart": scorecards.moves_chart,
    "outcome_check.rates_chart": lambda theme: outcome_check.rates_chart(True, theme),
    "surveys.nps_by_month": surveys.nps_by_month,
    "surveys.answers_by_month": surveys.answers_by_month,
    "surveys.by_segment_and_persona": lambda theme: surveys.by_segment_and_persona(
        ("End users",), theme
    ),
    "surveys.by_persona_over_time": lambda theme: surveys.by_persona_over_time(
        ("End users",), theme
    ),
    "digital.funnel_chart": lambda theme: digital.funnel_chart("ARR", "USD", theme),
    "intervals.dots_chart": lambda theme: intervals.dots_chart(
        "Points apart", "points apart", "Answers", ("A", "B"), theme
    ),
    "intervals.over_time_chart": lambda theme: intervals.over_time_chart(
        "Satisfied", "share", "Ratings", ("A", "B"), theme
    ),
    "responses.by_month_chart": responses.by_month_chart,
    "responses.closing_chart": lambda theme: responses.closing_chart(7, 90, theme),
    "responses.by_age_chart": responses.by_age_chart,
    "coverage.accounts_by_csm": lambda theme: coverage.accounts_by_csm("stage", theme),
    "capacity.loads_chart": lambda theme: capacity.loads_chart(75.0, 125.0, theme),
    "capacity.moved_chart": capacity.moved_chart,
    "coverage.arr_by_csm": lambda theme: coverage.arr_by_csm(("A", "B"), "USD", theme),
    "expansion.pipeline_by_month": lambda theme: expansion.pipeline_by_month(
        "weighted", "USD", theme
    ),
    "talent.spread_chart": lambda theme: talent.spread_chart("performance", theme),
    "retention.over_time_chart": lambda theme: retention.over_time_chart(
        ("NRR", "GRR"), "opening ARR", "Customers", theme
    ),
    "retention.by_part_chart": lambda theme: retention.by_part_chart("NRR", theme),
    "retention.split_chart": retention.split_chart,
    "retention.rules_chart": retention.rules_chart,
    "bridge.movements_by_month_chart": lambda theme: bridge.movements_by_month_chart("USD", theme),
    "cohorts.heatmap": lambda theme: cohorts.heatmap("ARR net", "quarter", theme),
    "cohorts.pooled_by_age": lambda theme: cohorts.pooled_by_age("year", theme),
    "churn.by_quarter_chart": lambda theme: churn.by_quarter_chart("ARR", "FY26 Q4", "USD", theme),
    "churn.by_reason_chart": lambda theme: churn.by_reason_chart("count", "USD", theme),
    "churn.by_part_chart": lambda theme: churn.by_part_chart("ARR", "EUR", theme),
    "before_leaving.by_band_chart": lambda theme: before_leaving.by_band_chart("ARR", "USD", theme),
    "before_leaving.by_days_from_red_chart": lambda theme: before_leaving.by_days_from_red_chart(
        "count", "USD", theme
    ),
    "forecast.outlook_chart": lambda theme: forecast.outlook_chart("USD", theme),
    "forecast.by_segment_chart": lambda theme: forecast.by_segment_chart(("A", "B"), "USD", theme),
    "forecast.churn_chart": lambda theme: forecast.churn_chart("USD", theme),
    "scenarios.scenario_chart": lambda theme: scenarios.scenario_chart("USD", theme),
    "record.record_chart": lambda theme: record.record_chart(("A", "B"), theme),
    "record.calibration_chart": record.calibration_chart,
    "renewal_watch.stakes_chart": lambda theme: renewal_watch.stakes_chart("ARR", "USD", theme),
    "renewal_watch.calendar_chart": lambda theme: renewal_watch.calendar_chart(
        "count", (120, 90, 60, 30), "USD", theme
    ),
    "renewal_watch.likelihood_chart": lambda theme: renewal_watch.likelihood_chart(
        ("likely", "no answer"), ("low", "high"), theme
    ),
    "white_space.by_product_chart": lambda theme: white_space.by_product_chart(
        ("A", "B"), "USD", theme
    ),
    "white_space.quadrants_chart": white_space.quadrants_chart,
    "white_space.placed_chart": lambda theme: white_space.placed_chart(0.25, 1e4, "USD", theme),
    "pipeline.by_month_chart": lambda theme: pipeline.by_month_chart(
        "ARR", ("won", "open", "lost"), "outcome", "USD", theme
    ),
    "pipeline.by_stage_chart": lambda theme: pipeline.by_stage_chart(
        "count", ("cross-sell", "upsell"), "USD", theme
    ),
    "pipeline.win_rates_chart": pipeline.win_rates_chart,
    "won.by_quarter_chart": lambda theme: won.by_quarter_chart(
        "ARR", ("CSM", "Sales"), "USD", theme
    ),
    "won.days_chart": won.days_chart,
    "won.beside_chart": lambda theme: won.beside_chart("USD", theme),
    "risks.by_category_chart": lambda theme: risks.by_category_chart("ARR", "USD", theme),
    "risks.by_month_chart": risks.by_month_chart,
    "triggers.findings_chart": lambda theme: triggers.findings_chart("customers", "USD", theme),
    "priorities.cells_chart": priorities.cells_chart,
    "priorities.plays_chart": lambda theme: priorities.plays_chart(("growth",), theme),
    "advocacy.by_quarter_chart": lambda theme: advocacy.by_quarter_chart(
        ("Referral",), "FY26 Q4", theme
    ),
    "advocacy.by_csm_chart": lambda theme: advocacy.by_csm_chart(
        ("qualified advocate", "neither"), theme
    ),
    "references.asked_chart": references.asked_chart,
    "references.influenced_chart": lambda theme: references.influenced_chart("USD", theme),
    "lifecycle.by_stage_chart": lambda theme: lifecycle.by_stage_chart(
        "ARR", ("Onboarding", "unmapped: X"), "USD", theme
    ),
    "lifecycle.by_month_chart": lambda theme: lifecycle.by_month_chart(
        "count", ("Onboarding", "Adoption"), "USD", theme
    ),
    "lifecycle.lengths_chart": lambda theme: lifecycle.lengths_chart(("A, in it now",), theme),
    "lifecycle.conversions_chart": lambda theme: lifecycle.conversions_chart(
        ("Onboarding",), ("still in it", "Adoption"), theme
    ),
    "onboarding.medians_chart": lambda theme: onboarding.medians_chart(("FY26 Q1",), theme),
    "onboarding.states_chart": lambda theme: onboarding.states_chart(("FY26 Q1",), theme),
    "plans.by_status_chart": plans.by_status_chart,
    "plans.progress_chart": plans.progress_chart,
    "plans.bands_chart": plans.bands_chart,
    "plans.by_due_quarter_chart": lambda theme: plans.by_due_quarter_chart(
        ("FY26 Q4", "no due day"), "FY26 Q4", theme
    ),
    "plans.coverage_chart": lambda theme: plans.coverage_chart("USD", theme),
    "waterfall.waterfall_chart": lambda theme: waterfall.waterfall_chart("USD", theme),
}


def declared() -> set[str]:
    """Every function of the chart modules that gives a specification."""
    found = set()
    for module in pkgutil.iter_modules(charts.__path__):
        members = importlib.import_module(f"dashboard.charts.{module.name}")
        found |= {
            f"{module.name}.{name}"
            for name, function in inspect.getmembers(members)
            if hasattr(function, "cache_info") and not name.startswith("_")
        }
    return found


def test_every_chart_is_in_this_test():
    assert declared() == set(SPECIFICATIONS)


@pytest.mark.parametrize("name", SPECIFICATIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_specification(snapshot, name, theme):
    assert SPECIFICATIONS[name](theme) == snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_a_specification_carries_no_rows(name):
    def data_of(part: dict[str, object]) -> list[object]:
        own = [part["data"]] if "data" in part else []
        return own + [found for layer in part.get("layer", []) for found in data_of(layer)]

    assert all(found == {"values": [{}]} for found in data_of(SPECIFICATIONS[name]("light")))

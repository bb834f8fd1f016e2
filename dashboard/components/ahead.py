"""What lies ahead, on the overview: at stake, growth, at risk."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from dashboard.calendar import Period
from dashboard.charts import expansion as expansion_charts
from dashboard.charts import renewals as renewal_charts
from dashboard.components.cards import exhibit_card
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import expansion as expansion_findings
from dashboard.findings import overview as findings
from dashboard.queries import expansion as expansion_queries
from dashboard.queries import renewals as renewal_queries
from dashboard.session import filters, load, policy, theme


def at_stake_card(due: pl.DataFrame, quarters: Sequence[Period]) -> None:
    """Renewals due in some quarters by what became of them and by health.

    Takes the columns of ``queries.renewals.DUE_BY_QUARTER``; nothing where none is due.
    """
    first, last, currency = quarters[0], quarters[-1], policy().reporting_currency
    stake = due.filter(pl.col("due_quarter").is_between(first.start_on, last.start_on))
    if stake.is_empty():
        return

    def behind_state(mark: Mark) -> pl.DataFrame:
        """Renewals of one quarter in one state, with the ARR the bar draws."""
        period = next(each for each in quarters if each.label == mark["quarter"])
        rows = load(renewal_queries.due, filters(period.start_on, period.end_on))
        return renewal_charts.rows_of_state(rows, str(mark["state"]), by="health band", shown=stake)

    exhibit_card(
        Exhibit(
            key="at_stake",
            title=findings.at_stake(stake, first.label, last.label, currency=currency),
            definition=(
                "ARR before the renewal, by the fiscal quarter of its due date, this one and the "
                "three after it. What closed stands at the base: kept is what was renewed, each "
                "capped at what was due; lost is churn and contraction. What is open stands above, "
                "by today's health band."
            ),
            frame=stake,
            source=Source("renewals/due_by_quarter"),
            chart=renewal_charts.due_by_quarter(
                "ARR",
                tuple(renewal_charts.states("health band", stake)),
                "health band",
                first.label,
                currency,
                theme(),
            ),
            drawn=renewal_charts.states_by_quarter(
                stake, by="health band", calendar=policy().calendar
            ),
            drill=Drill(
                keys=("quarter", "state"),
                rows=behind_state,
                source=Source("renewals/due"),
                amount="arr_in_bar",
                noun="renewal",
            ),
        ),
        filters(first.start_on, last.end_on),
    )


def growth_card(pipeline: pl.DataFrame, among: Filters) -> None:
    """Open expansion by expected close and forecast category; nothing where none is open.

    Takes the columns of ``queries.expansion.PIPELINE_BY_MONTH``.
    """
    if pipeline.is_empty():
        return
    currency = policy().reporting_currency

    def behind_bar(mark: Mark) -> pl.DataFrame:
        """Opportunities of one month and category."""
        rows = load(expansion_queries.open_opportunities, among)
        return expansion_charts.rows_of_bar(rows, mark)

    exhibit_card(
        Exhibit(
            key="growth",
            title=expansion_findings.pipeline(pipeline, currency=currency),
            definition=(
                "ARR that open upsell and cross-sell opportunities would add, by the month they "
                "are expected to close in and their forecast category."
            ),
            frame=pipeline,
            source=Source("expansion/pipeline_by_month"),
            chart=expansion_charts.pipeline_by_month("amount", currency, theme()),
            drawn=expansion_charts.by_month(pipeline),
            drill=Drill(
                keys=("month_label", "category"),
                rows=behind_bar,
                source=Source("expansion/open_opportunities"),
                amount="amount",
                noun="opportunity",
            ),
        ),
        among,
    )


def at_risk_card(renewals: pl.DataFrame, among: Filters) -> None:
    """Open renewals of customers at red up to the end of the window; nothing where there is none.

    Takes the columns of ``queries.overview.AT_RISK``.
    """
    if renewals.is_empty() or among.until is None:
        return
    last_day = f"{among.until - timedelta(days=1):%-d %b %Y}"
    exhibit_card(
        Exhibit(
            key="at_risk",
            title=findings.at_risk(renewals, last_day, currency=policy().reporting_currency),
            definition=(
                "Open renewals of customers whose health is red on the as-of date, overdue ones "
                f"too, due by {last_day}; the largest first."
            ),
            frame=renewals,
            source=Source("overview/at_risk"),
        ),
        among,
    )

"""*Digital programmes*: test arm against control arm, and what came after who acted."""

import polars as pl
import streamlit as st

from dashboard.charts import intervals
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out, missing_part
from dashboard.components.voice import Window
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import digital as findings
from dashboard.metrics import digital, trials
from dashboard.metrics.proportions import wilson
from dashboard.queries import digital as queries
from dashboard.session import filters, freshness, load, policy, theme

OUTCOMES: dict[str, trials.Outcome] = {
    "Did what was asked": "acted",
    "Active users grew": "grown",
    "Expanded": "expanded",
    "Renewed": "renewed",
}
_RESTS_ON = {"grown": "usage_weekly", "expanded": "arr_movements", "renewed": "renewals"}
_COUNTS = {
    "acted": pl.col("is_settled"),
    "grown": pl.col("is_measured") & pl.col("has_grown").is_not_null(),
    "expanded": pl.col("is_measured"),
    "renewed": pl.col("is_measured") & pl.col("is_renewed").is_not_null(),
}
"""Which participants an outcome is counted of."""


def show_trials(window: Window) -> None:
    """Cards and exhibits of the view on trials."""
    among = filters(None, window.until)
    effects = load(queries.effects, among)
    in_trial = effects.filter(pl.col("arm").is_in(["test", "control"]))
    if in_trial.is_empty():
        empty(
            f"No digital programme had a test and a control arm before {window.until:%-d %b %Y}.",
            "Fill the column arm of digital_touches, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (trials.tested, trials.controlled, trials.in_both_arms):
            kpi(metric, effects)
    choices = policy().digital
    kpi_note(
        f"Everything sent before {window.until:%-d %b %Y}. The unit is the account, as it was "
        f"assigned, whether it was reached or not. It has {choices.act_within_days} days to act; "
        f"what comes after is looked at for {choices.outcome_days} days: settings."
    )
    outcome = _chosen_outcome(list(OUTCOMES), "outcome")
    if outcome is None:
        return
    worth_seeing = choices.smallest_difference
    rows = trials.compared(effects, outcome, worth_seeing)
    drawn = rows.with_columns(
        name=pl.col("program"),
        group=pl.lit("Test minus control"),
        n=pl.col("test_accounts") + pl.col("control_accounts"),
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Accounts of both arms of one programme that the outcome is counted of."""
        return load(queries.participants, among).filter(
            pl.col("program") == mark["name"],
            pl.col("arm").is_in(["test", "control"]),
            _COUNTS[outcome],
        )

    exhibit_card(
        Exhibit(
            key="trials",
            title=findings.trials(rows, outcome),
            definition=(
                f"Share of accounts that {findings.DID[outcome]} in the test arm minus that in the "
                "control arm, with Newcombe's 95 % interval; one across nothing is no detectable "
                "difference. Because arms are drawn by lot the difference is the programme's doing "
                "where it is detectable. The table has Fisher's exact probability, and the same "
                "adjusted after Holm for as many programmes as are shown, and how many accounts "
                f"each arm would need to see {100 * worth_seeing:g} points in four of five trials."
            ),
            frame=rows.rename(
                {"value": "share_apart_rate", "low": "low_rate", "high": "high_rate"}
            ),
            source=Source("digital/effects"),
            chart=intervals.dots_chart(
                "Points apart, 95 % interval",
                intervals.SHARES_APART,
                "Accounts in both arms",
                ("Test minus control",),
                theme(),
            )
            if len(rows)
            else None,
            drawn=drawn,
            drill=Drill(keys=("name",), rows=behind, source=Source("digital/participants"))
            if len(rows)
            else None,
            notes=tuple(
                findings.verdict(row, outcome, worth_seeing) for row in rows.iter_rows(named=True)
            ),
        ),
        among,
    )
    _left_out(effects, outcome)
    left_out(
        (trials.in_both_arms.compute(effects) or 0, "account", "in both arms, in no comparison"),  # type: ignore[arg-type]
        (
            int(effects.filter(pl.col("arm") == "no trial")["accounts"].sum()),
            "account",
            "of programmes or messages outside a trial",
        ),
    )


def show_after(window: Window) -> None:
    """Cards and exhibits of the view on what came after."""
    among = filters(None, window.until)
    effects = load(queries.effects, among).filter(pl.col("arm") != "both arms")
    if effects.is_empty():
        empty(
            f"No digital programme wrote to anybody before {window.until:%-d %b %Y}.",
            "Choose another as-of date, or take away a filter.",
        )
        return
    with kpi_row():
        for metric in (digital.accounts_acted, digital.users_change, digital.expansion_after):
            kpi(metric, effects)
    days = policy().digital.outcome_days
    kpi_note(
        f"Everything sent before {window.until:%-d %b %Y}, by account and programme. What comes "
        f"after is looked at for {days} days, a setting. Who acts is not like who does not: for "
        "what a programme itself does, see Test against control."
    )
    outcome = _chosen_outcome(list(OUTCOMES)[1:], "after")
    if outcome is None:
        return
    rows = (
        effects.with_columns(group=pl.col("response"), name=pl.col("program"))
        .group_by("name", "group", maintain_order=True)
        .agg(
            part=pl.col(outcome).sum(),
            n=pl.col(trials.OF[outcome]).sum(),
            users_before=pl.col("users_before").sum(),
            users_after=pl.col("users_after").sum(),
            expansion_arr=pl.col("expansion_arr").sum(),
        )
        .filter(pl.col("n") > 0)
        .sort("name", "group")
    )
    found = [wilson(row["part"], row["n"]) for row in rows.iter_rows(named=True)]
    drawn = rows.with_columns(
        pl.Series(name, [getattr(each, name) for each in found], dtype=pl.Float64)
        for name in ("value", "low", "high")
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Accounts of one programme and response that the outcome is counted of."""
        return load(queries.participants, among).filter(
            pl.col("program") == mark["name"],
            pl.col("response") == mark["group"],
            pl.col("arm") != "both arms",
            _COUNTS[outcome],
        )

    exhibit_card(
        Exhibit(
            key="what_came_after",
            title=findings.after(rows, outcome, days),
            definition=(
                f"Share of accounts that {findings.DID[outcome]}, by programme and by what the "
                "account did within the days to act, with Wilson's 95 % interval. Active users "
                "are weekly means over the four weeks before the first message and over the last "
                f"four of {days} days, none after leaving; expansions and renewals are those of "
                "these days. An account in several programmes counts in each: they do not add up. "
                "This is association: accounts that do well act more."
            ),
            frame=drawn.rename(
                {
                    "name": "program",
                    "group": "response",
                    "part": outcome,
                    "n": "accounts",
                    "value": "share",
                    "low": "low_share",
                    "high": "high_share",
                }
            ),
            source=Source("digital/effects"),
            chart=intervals.dots_chart(
                "Share of accounts, 95 % interval",
                intervals.SHARE,
                "Accounts",
                tuple(rows["group"].unique().sort()),
                theme(),
            )
            if len(rows)
            else None,
            drawn=drawn,
            drill=Drill(keys=("name", "group"), rows=behind, source=Source("digital/participants"))
            if len(rows)
            else None,
        ),
        among,
    )
    _left_out(effects, outcome)
    left_out(
        (
            int(effects["expansions_without_rate"].sum()),
            "expansion",
            "without an exchange rate, of unknown ARR",
        )
    )


def _chosen_outcome(names: list[str], key: str) -> trials.Outcome | None:
    """The outcome to look at; none, and said so, where its table was not loaded."""
    chosen = st.segmented_control(
        "Outcome", names, default=names[0], required=True, key=key, bind="query-params"
    )
    outcome = OUTCOMES[chosen]
    table = _RESTS_ON.get(outcome)
    if table and table in freshness().absent:
        missing_part(f"{chosen} after a message", (table,))
        return None
    return outcome


def _left_out(effects: pl.DataFrame, outcome: trials.Outcome) -> None:
    choices = policy().digital
    rows = effects.filter(pl.col("arm") != "both arms")
    accounts, settled, measured, known, renewals = (
        int(rows[name].sum())
        for name in ("accounts", "settled", "measured", "users_known", "renewals")
    )
    if outcome == "acted":
        left_out(
            (
                accounts - settled,
                "account",
                f"first written to in the last {choices.act_within_days} days",
            )
        )
        return
    left_out(
        (
            accounts - measured,
            "account",
            f"first written to in the last {choices.outcome_days} days",
        ),
        (measured - known if outcome == "grown" else 0, "account", "without known active users"),
        (
            measured - renewals if outcome == "renewed" else 0,
            "account",
            "without a renewal decided in these days",
        ),
    )

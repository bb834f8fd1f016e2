"""Retention policies on a page: one compared with another, and one of one's own."""

from typing import Any, get_args

import polars as pl
import streamlit as st

from dashboard.charts import retention as charts
from dashboard.components.cards import exhibit_card
from dashboard.components.periods import first_day
from dashboard.components.writing import write_once
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.filters import Filters
from dashboard.findings import retention as findings
from dashboard.formats import plain, visible
from dashboard.metrics.retention import Rate
from dashboard.queries import retention as queries
from dashboard.retention_policy import LABELS, Period, PeriodRule, RetentionPolicy, between
from dashboard.session import (
    StoreError,
    load,
    policy,
    retention_policies,
    save_policy,
    theme,
)

POLICY_FORM = "policy_form_open"
"""Key of whether the definitions and the form for a policy are open."""


def compare_policies(
    chosen: RetentionPolicy, among: Filters, *, rate: Rate, period: Period
) -> None:
    """What another policy makes of the same customers, choice by choice.

    Each policy brings its own period; where the page was set to another, both are counted over it.
    """
    others = {name: each for name, each in retention_policies().items() if name != chosen.name}
    picked = st.selectbox(
        "Does another rule agree? Compare with",
        list(others),
        index=None,
        format_func=visible,
        placeholder="Choose a policy",
        key="compare",
        bind="query-params",
    )
    if picked is None:
        return
    other = others[picked]
    if period != chosen.period and period in get_args(PeriodRule):
        chosen = chosen.model_copy(update={"period": period})
        other = other.model_copy(update={"period": period})
    steps = _steps(chosen, other, among, rate)

    def behind_step(mark: Mark) -> pl.DataFrame:
        step = steps.filter(pl.col("step") == mark["step"]).row(0, named=True)
        way = [chosen, *(each for _, each in _way(chosen, other, rate))]
        return _customers(way[step["position"]], way[step["position"] + 1], among, rate)

    exhibit_card(
        Exhibit(
            key="definition_bridge",
            title=findings.rules(steps, chosen.name, other.name, rate),
            definition=(
                f"From {chosen.sentence()} To {other.sentence()} One choice after another is taken "
                f"over, and {charts.RATES[rate]} is counted anew each time, over the period that "
                "the policy reached names; the steps sum to the difference. A choice that is not "
                "shown is the same in both. Behind a step are the customers it counts otherwise."
            ),
            frame=steps,
            source=Source("retention/by_period", {"policy": other}),
            chart=charts.rules_chart(theme()) if not steps.is_empty() else None,
            drawn=charts.rules(steps),
            drill=Drill(
                keys=("step",),
                rows=behind_step,
                source=Source("retention/accounts", {"policy": other}),
                noun="customer",
                label=lambda mark: LABELS[str(mark["step"])],
            ),
        ),
        among,
    )


def _steps(
    chosen: RetentionPolicy, other: RetentionPolicy, among: Filters, rate: Rate
) -> pl.DataFrame:
    """One row per choice in which two policies differ, with the rate before and after it."""
    rows = []
    reached, before = chosen, _headline(chosen, among)[rate]
    for position, (choice, policy_then) in enumerate(_way(chosen, other, rate)):
        after = _headline(policy_then, among)[rate]
        was, now = reached.choices()[choice], policy_then.choices()[choice]
        rows.append(
            {
                "step": choice,
                "position": position,
                "name": LABELS[choice],
                "becomes": now,
                "instead_of": was,
                "before": before,
                "after": after,
                "effect": None if after is None or before is None else after - before,
            }
        )
        reached, before = policy_then, after
    return pl.DataFrame(
        rows,
        schema={
            "step": pl.String,
            "position": pl.Int64,
            "name": pl.String,
            "becomes": pl.String,
            "instead_of": pl.String,
            "before": pl.Float64,
            "after": pl.Float64,
            "effect": pl.Float64,
        },
    )


def _way(
    chosen: RetentionPolicy, other: RetentionPolicy, rate: Rate
) -> list[tuple[str, RetentionPolicy]]:
    """Policies between two, without the choice that decides the other rate alone."""
    same = {"nrr": "grr", "grr": "nrr"}[rate]
    return between(chosen, other.model_copy(update={same: getattr(chosen, same)}))


def _headline(chosen: RetentionPolicy, among: Filters) -> dict[str, Any]:
    """The last period of a policy: its days and rates."""
    periods = load(queries.by_period, among.window(first_day(chosen.period), None), policy=chosen)
    if periods.is_empty():
        return {"period_start_on": None, "period_end_on": None, "nrr": None, "grr": None}
    return periods.row(-1, named=True)


def _customers(
    before: RetentionPolicy, after: RetentionPolicy, among: Filters, rate: Rate
) -> pl.DataFrame:
    """Customers that two policies count differently, with what each contributes to the rate."""
    retained = "net_retained_arr" if rate == "nrr" else "gross_retained_arr"
    sides = []
    for each in (before, after):
        headline = _headline(each, among)
        start, end = headline["period_start_on"], headline["period_end_on"]
        rows = load(queries.accounts, among.window(start, end), policy=each)
        whole = float(rows["cohort_arr"].sum() or 0) or None
        sides.append(
            rows.group_by("account_id", "account_name", "segment", "csm_name").agg(
                opening_arr=pl.col("cohort_arr").sum(),
                retained_arr=pl.col(retained).sum(),
                points=100 * pl.col(retained).sum().cast(pl.Float64) / pl.lit(whole, pl.Float64),
            )
        )
    names = ["account_id", "account_name", "segment", "csm_name"]
    return (
        sides[0]
        .join(sides[1], on=names, how="full", coalesce=True, suffix="_after", nulls_equal=True)
        .with_columns(
            pl.col("points", "points_after").fill_null(0.0),
            pl.col(
                "opening_arr", "retained_arr", "opening_arr_after", "retained_arr_after"
            ).fill_null(0),
        )
        .filter(
            (pl.col("opening_arr") != pl.col("opening_arr_after"))
            | (pl.col("retained_arr") != pl.col("retained_arr_after"))
        )
        .with_columns(difference_in_points=pl.col("points_after") - pl.col("points"))
        .sort(pl.col("difference_in_points").abs(), "account_id", descending=[True, False])
    )


def keep_policy(chosen: RetentionPolicy) -> None:
    """A form for a policy of one's own, begun from the one that is shown."""
    if said := st.session_state.pop("policy_said", None):
        st.info(plain(said), icon=":material/rule:")
    opens = st.expander(
        "Definitions: what this policy counts, and a policy of your own",
        key=POLICY_FORM,
        on_change="rerun",
    )
    if not opens.open:
        return
    with opens:
        st.dataframe(
            pl.DataFrame(
                {
                    "Choice": list(LABELS.values()),
                    **{
                        visible(each.title): [each.choices()[name] for name in LABELS]
                        for each in retention_policies().values()
                    },
                }
            ),
            hide_index=True,
            key="policy_choices",
            alt="Every retention policy, choice by choice",
            height="content",
        )
        with st.form("policy_form", border=False):
            columns = st.columns(3)
            for number, (field, name) in enumerate(LABELS.items()):
                _choice(columns[number % 3], field, name, chosen)
            st.text_input("Save as", key="policy_name", max_chars=80)
            st.form_submit_button("Save the policy", on_click=_save, args=(chosen,))


def _choice(
    column: st.delta_generator.DeltaGenerator, field: str, name: str, chosen: RetentionPolicy
) -> None:
    value = getattr(chosen, field)
    key = f"policy_{field}"
    options = get_args(RetentionPolicy.model_fields[field].annotation)
    if options:
        column.selectbox(
            name,
            options,
            index=options.index(value),
            format_func=lambda each: chosen.model_copy(update={field: each}).choices()[field],
            key=key,
        )
    elif field == "minimum_arr":
        column.number_input(
            f"{name}, {policy().reporting_currency}", min_value=0.0, value=float(value), key=key
        )
    else:
        column.number_input(f"{name}, days", min_value=0, max_value=366, value=value, key=key)


def _save(chosen: RetentionPolicy) -> None:
    state = st.session_state
    name = " ".join(str(state["policy_name"]).split())
    existing = retention_policies().get(name)
    try:
        made = RetentionPolicy.model_validate(
            {field: state[f"policy_{field}"] for field in LABELS}
            | {"name": name, "minimum_arr": f"{state['policy_minimum_arr']:.2f}"}
        )
        saved = write_once(
            "policy",
            made.model_dump_json(),
            lambda token: save_policy(
                made, on_top_of=existing.version if existing else None, token=token
            ),
        )
    except (ValueError, StoreError) as error:
        state["policy_said"] = f"The policy was not saved. {_reason(error)}"
        return
    state["policy"] = saved.name
    state["policy_said"] = f"{saved.title} is saved and chosen. It was begun from {chosen.title}."


def _reason(error: Exception) -> str:
    return "It needs a name without an @." if isinstance(error, ValueError) else str(error)

"""The rows of the data sheets: what of each answer is an input, and what is computed from it."""

from typing import Final

import polars as pl

from dashboard.exports.workbook.cells import NOT_KNOWN
from dashboard.exports.workbook.data import Block, Column
from dashboard.exports.workbook.frames import WorkbookFrames
from dashboard.exports.workbook.rules import counts_logos, retained_columns
from dashboard.scenarios import NOT_SCORED, arr_at_stake

STEPS: Final = {
    "opening_arr": "Opening ARR",
    "new": "New",
    "reactivation": "Reactivation",
    "expansion": "Expansion",
    "price": "Price rises",
    "fx": "Exchange rates",
    "contraction": "Contraction",
    "churn": "Churn",
    "closing_arr": "Closing ARR",
}
"""Columns of a customer that the bridge sums, in its order."""


def customers(frames: WorkbookFrames) -> Block:
    """Customers of each period: ARR at its start and end, movements, and what the policy counts."""
    policy = frames.policy
    # Who is counted on another level than an account is named by its unit as well.
    units = [] if policy.level == policy.logo_level == "account" else ["level", "unit_id"]
    rows = (
        _named(frames.customers, "account_name", "part", "region", "csm_name", *units)
        .rename({"part": "segment_then"})
        .sort("period_end_on", "account_id", "level", "unit_id", descending=[True, *[False] * 3])
    )
    return Block(
        "customers",
        "Customers of each period",
        "ARR on the first and the last day, and what happened in between. Black columns are "
        f"formulas: what the policy {policy.title} counts.",
        rows,
        [
            Column("account_id", "Account", "text"),
            Column("account_name", "Name", "text"),
            Column("period_end_on", "Period to", "date"),
            *(Column(name, name.replace("_id", "").capitalize(), "text") for name in units),
            Column("segment_then", "Segment at the start", "text"),
            Column("region", "Region", "text"),
            Column("csm_name", "CSM", "text"),
            *(Column(key, heading, "money") for key, heading in STEPS.items()),
            *retained_columns(policy),
        ],
    )


def renewals(frames: WorkbookFrames) -> Block:
    """Renewals due in the quarters listed."""
    due = _named(frames.due, "account_name", "segment", "csm_name", "status")
    rows = due.with_columns(_band()).sort("due_on", "renewal_id")
    return Block(
        "renewals",
        "Renewals by due date",
        "As they stood on the as-of date, in the reporting currency.",
        rows,
        [
            Column("renewal_id", "Renewal", "text"),
            Column("account_name", "Name", "text"),
            Column("account_id", "Account", "text"),
            Column("segment", "Segment", "text"),
            Column("csm_name", "CSM", "text"),
            Column("health_band", "Health band", "text"),
            Column("status", "Status", "text"),
            Column("due_on", "Due on", "date"),
            Column("due_quarter", "Quarter from", "date"),
            Column("closed_on", "Closed on", "date"),
            Column("arr_due", "ARR due", "money"),
            Column("arr_renewed", "ARR renewed", "money"),
            Column("arr_renewed_capped", "Renewed, at most what was due", "money"),
        ],
    )


def rates(frames: WorkbookFrames) -> Block:
    """Renewals of the quarters that are over, and what the policy makes of each."""
    is_renewed = pl.col("outcome").is_in(["renewed", "anniversary"])
    rows = (
        _named(frames.rated, "renewal_id", "account_name", "outcome")
        .with_columns(
            is_covered=(pl.col("outcome") != "month to month").cast(pl.Int64),
            is_decided=pl.col("is_decided").cast(pl.Int64),
            is_renewed=(is_renewed & pl.col("is_decided")).cast(pl.Int64),
            counted_arr_capped=pl.col("counted_arr_capped").fill_null(0),
        )
        .sort("counted_in", "due_on", "account_id", "renewal_id")
    )
    capped = "IF({is_renewed}=1,MIN({counted_arr_renewed},{counted_arr_due}),0)"
    return Block(
        "rates",
        "Renewals in the rates",
        f"What the policy {frames.policy.title} makes of each: decided ones are in the rates.",
        rows,
        [
            Column("renewal_id", "Renewal", "text"),
            Column("account_name", "Name", "text"),
            Column("account_id", "Account", "text"),
            Column("due_on", "Due on", "date"),
            Column("counted_in", "Counts in the quarter from", "date"),
            Column("outcome", "Outcome", "text"),
            Column("arr_due", "ARR due", "money"),
            Column("is_covered", "Covered (1 yes)", "count"),
            Column("is_decided", "Decided (1 yes)", "count"),
            Column("is_renewed", "Renewed (1 yes)", "count"),
            Column("counted_arr_due", "ARR due that counts", "money"),
            Column("counted_arr_renewed", "Renewed of it", "money"),
            Column("counted_arr_capped", "Renewed, at most what was due", "money", capped),
        ],
    )


def forecast(frames: WorkbookFrames) -> Block:
    """Open renewals with the app's probability, the reader's own, and what they amount to."""
    rows = (
        _named(frames.renewals, "account_name", "segment")
        .with_columns(
            _band(),
            yours=None,
            used="probability",
            base_expected="expected",
            churn=arr_at_stake(),
        )
        .sort("due_on", "renewal_id")
    )
    chosen = "IF(ISNUMBER({yours}),{yours},{probability})"
    moved = (
        "SUMPRODUCT(--EXACT(scenario_segments,{segment}),scenario_segment_shifts)"
        "+SUMPRODUCT(--EXACT(scenario_bands,{health_band}),scenario_band_shifts)"
    )
    amount = "ROUND({{arr_due}}*{{expected_share}}*{{{}}},money_digits)"
    return Block(
        "forecast",
        "Open renewals of four quarters",
        "Type a probability of your own into the yellow column, or move a segment or a band on "
        "Scenario inputs: the forecast follows.",
        rows,
        [
            Column("renewal_id", "Renewal", "text"),
            Column("account_name", "Name", "text"),
            Column("account_id", "Account", "text"),
            Column("segment", "Segment", "text"),
            Column("health_band", "Health band", "text"),
            Column("due_on", "Due on", "date"),
            Column("due_quarter", "Quarter from", "date"),
            Column("in_year", "In the fiscal year's NRR (1 yes)", "count"),
            Column("arr_due", "ARR due", "money"),
            Column("expected_share", "Share kept on renewal", "share"),
            Column("probability", "Probability, app", "share"),
            Column("yours", "Probability, yours", "share", is_entry=True),
            Column("used", "Probability used", "share", f"MAX(0,MIN(1,{chosen}+{moved}))"),
            Column("base_expected", "Expected, app", "money", amount.format("probability")),
            Column("expected", "Expected, scenario", "money", amount.format("used")),
            Column("churn", "Churn, scenario", "money", "ROUND({arr_due}*(1-{used}),money_digits)"),
        ],
    )


def inputs_of_logos(frames: WorkbookFrames) -> bool:
    """Whether logos are the app's values and no formula."""
    return not counts_logos(frames.policy)


def _band() -> pl.Expr:
    return pl.col("health_band").fill_null(NOT_SCORED)


def _named(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Rows whose texts that formulas look for are never empty."""
    return rows.with_columns(pl.col(key).fill_null(NOT_KNOWN) for key in keys)

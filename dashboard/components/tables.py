"""Tables that read like the numbers of the cards."""

from typing import Final

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.components.links import SHOWN_NAME, account_addresses
from dashboard.formats import NOT_AVAILABLE, SYMBOLS
from dashboard.session import policy, quarter_label

HEADINGS: Final = {
    "account_id": "Account id",
    "account_name": "Account",
    "csm_name": "CSM",
    "csm_id": "CSM id",
    "member_id": "Member id",
    "arr": "ARR",
    "arr_in_bar": "ARR in the bar",
    "arr_after": "ARR after",
    "arr_before": "ARR before",
    "arr_due": "ARR due",
    "arr_open": "Open ARR due",
    "arr_red": "ARR at red",
    "arr_renewed": "ARR renewed",
    "arr_renewed_capped": "ARR renewed, capped at due",
    "nps": "NPS",
    "roi": "ROI",
    "nrr": "NRR",
    "grr": "GRR",
    "arr_at_stake": "ARR at stake",
    "days_to_due": "Days to due date",
    "days_since_touch": "Days since touch",
    "last_touch_on": "Last touch",
    "window_days": "Window, days",
    "renewal_likelihood": "Customer's answer",
    "csm_category": "CSM's call",
    "csm_likelihood": "CSM's probability",
    "pushed_down": "Lowers it",
    "pushed_up": "Raises it",
    "opening_arr": "Opening ARR",
    "closing_arr": "Closing ARR",
    "cohort_arr": "Opening ARR counted",
    "net_retained_arr": "Net retained ARR",
    "gross_retained_arr": "Gross retained ARR",
    "retained_arr": "Retained ARR",
    "gross_arr": "Gross ARR",
    "net_arr": "Net ARR",
    "start_arr": "ARR at the start",
    "arr_lost": "ARR lost",
    "program": "Programme",
    "share_apart_rate": "Points apart",
    "low_rate": "Interval from",
    "high_rate": "Interval to",
    "low_share": "Interval from",
    "high_share": "Interval to",
    "adjusted": "Adjusted (Holm)",
    "needed": "Accounts needed in each arm",
    "decision_maker_nps": "Decision-maker NPS",
    "decision_maker_answers": "Decision-maker answers",
    "end_user_nps": "End-user NPS",
    "end_user_answers": "End-user answers",
    "arr_controllable": "Controllable ARR",
    "arr_unknown": "ARR, control unknown",
    "fx": "Exchange rates",
    "price": "Price rises",
    "logos": "Opening logos",
    "url": "Link",
    "happened_on": "Day",
    "csat": "Rating of 5",
    "who": "Who",
    "title": "What",
    "lifecycle_stage": "Stage",
    "health_band": "Health",
    "overall_score": "Score",
    "potential_arr": "Potential ARR",
    "product_name": "Product",
    "sourced_by": "Found by",
    "csm": "CSM",
    "from_csm": "From",
    "to_csm": "To",
    "move_reason": "Reason",
    "no_longer": "Does not apply",
    "bucket": "Because",
    "last_validated_on": "Last confirmed",
    "days_since_validated": "Days since confirmed",
    "index": "Load index",
    "accounts_points": "Of customers",
    "arr_points": "Of ARR",
    "arr_red_points": "Of ARR at red",
    "renewals_points": "Of renewals ahead",
    "onboarding_points": "Of onboarding",
    "ramp_points": "Of ramping",
    "onboarding_customers": "In onboarding",
    "expansion_arr": "Expansion in NRR",
    "won_csm": "Won, found by CSMs",
    "won_other": "Won, found by others",
    "csm_found": "Found by CSMs, in movements",
    "other_found": "Found by others, in movements",
    "csm_not_found": "Found by CSMs, in no movement",
    "other_not_found": "Found by others, in no movement",
    "without_opportunity": "Movements without an opportunity",
    "csm_opportunities": "Opportunities found by CSMs",
    "other_opportunities": "Opportunities found by others",
    "nrr_without": "NRR without CSMs' expansion",
    "age_days": "Age in days",
    "arr_in_category": "ARR counted in the category",
    "arr_in_all": "ARR counted in all",
    "arr_counted": "ARR counted once",
    "owner_state": "The owner is",
    "is_escalated": "Escalated",
    "high_from": "High value from",
    "value_class": "Value",
    "health_class": "Low health",
    "median_days": "Median days",
    "observed_on": "Seen on",
    "since_on": "Since",
    "what": "What was found",
    "not_judged": "Why not judged",
    "billed_arr": "ARR as billed",
    "is_live": "Live",
    "changed_on": "From",
    "owns_it": "Owns it",
    "last_on": "Last on",
    "people_dated": "With a known first day",
    "median_months": "Median months on the level",
    "months_in_level": "Months on the level",
    "level_since_on": "On the level since",
    "incomplete": "Without a level",
    "below_share": "Below expected",
    "mean_gap": "Mean gap, levels",
    "block_last_cycle": "Block last cycle",
    "performance_apart": "Performance apart",
    "last_reviewed_on": "Last review",
    "review_state": "Review",
    "rated_in": "Rated in",
    "calibrated_in": "Calibrated in",
    "reviewer_name": "Rated by",
    "judgement": "Rating",
    "moved_at": "When",
    "moved_from": "From",
    "moved_to": "To",
    "moved_by": "By",
    "cycle_state": "State",
    "cycle_kind": "Kind",
    "opens_on": "Opens",
    "rate_by_on": "Rate by",
    "closes_on": "Closes",
    "rated_share": "Rated, share",
    "held_as": "Held as",
    "probability": "Probability",
    "base_rate": "Base rate of the segment",
}
WORDS: Final = {
    "cross_sell": "Cross-sell",
    "csm": "CSM",
    "decision_maker": "Decision-maker",
    "arr": "ARR",
    "cs_manager": "CS manager",
    "csat": "Satisfaction",
    "nps": "NPS",
    "roi": "ROI",
    "ic": "Individual contributor",
    "fx": "Exchange rates",
    "opening": "Opening ARR",
    "closing": "Closing ARR",
}
"""Codes that do not read by themselves; of the others the first letter is raised."""
_CODED: Final = frozenset(
    {
        "after",
        "answer",
        "before",
        "bucket",
        "category_after",
        "category_before",
        "change_kind",
        "closing_category",
        "csm_category",
        "detail",
        "forecast_category",
        "happier",
        "holder",
        "job_track",
        "cycle_state",
        "judgement",
        "kind",
        "measure",
        "movement",
        "one",
        "opening_category",
        "other",
        "outcome",
        "performance",
        "persona",
        "place",
        "priority",
        "promotability",
        "quadrant",
        "reason",
        "relation",
        "review_state",
        "renewal_likelihood",
        "state",
        "source",
        "sourced_by",
        "status",
        "step",
        "finding",
        "health_class",
        "not_judged",
        "owner_state",
        "play",
        "severity",
        "value_class",
        "what",
        "why",
        "role",
        "side",
        "survey",
    }
)


def rows_table(frame: pl.DataFrame, *, key: str, label: str) -> None:
    """Rows as a sortable, searchable table, with dates, money and scores formatted.

    Of very many the first are sent, in the order of the answer, and it says how many there are: a
    browser would wait for a megabyte of rows that nobody scrolls to. Files have all of them.
    """
    st.dataframe(
        shown(frame.head(MOST_ROWS)),
        hide_index=True,
        key=key,
        column_config=columns(frame),
        alt=label,
        placeholder=NOT_AVAILABLE,
        height="auto" if len(frame) <= _SHORT else _TALL,
    )
    if len(frame) > MOST_ROWS:
        st.caption(
            f"The first {MOST_ROWS:,} of {len(frame):,} rows. The files have all of them; "
            "take a filter to see others here."
        )


def columns(frame: pl.DataFrame) -> dict[str, ColumnConfig | str | None]:
    """Column settings by type: money with its symbol, dates without a time zone's shift."""
    found: dict[str, ColumnConfig | str | None] = {
        name: _named(name) or _typed(name, dtype, has_negative=_has_negative(frame[name]))
        for name, dtype in frame.schema.items()
    }
    if _names_accounts(frame):
        found["account_name"] = st.column_config.LinkColumn(
            heading_of("account_name"), display_text=SHOWN_NAME, alignment="left"
        )
    return found


def _names_accounts(frame: pl.DataFrame) -> bool:
    return {"account_id", "account_name"} <= set(frame.columns)


def _has_negative(values: pl.Series) -> bool:
    return values.dtype.is_decimal() and bool((values < 0).any())


def heading_of(name: str) -> str:
    """What a column is called."""
    return HEADINGS.get(name, name.replace("_", " ").capitalize())


def _named(name: str) -> ColumnConfig | None:
    """Settings of a column whose name says more than its type."""
    if name == "due_quarter":
        return st.column_config.TextColumn(heading_of(name))
    if name == "month":
        return st.column_config.DateColumn(heading_of(name), format="MMM YYYY")
    if name in _TWO_PLACES:
        return st.column_config.NumberColumn(heading_of(name), format="%.2f")
    if name == "url":
        return st.column_config.LinkColumn(heading_of(name), display_text="open")
    if name in {"comment", "note"}:
        return st.column_config.TextColumn(heading_of(name), width="large")
    return None


def _typed(  # noqa: PLR0911 -- a type, a line
    name: str, dtype: pl.DataType, *, has_negative: bool = False
) -> ColumnConfig:
    heading = heading_of(name)
    if name == "billed_arr":  # In the currency of each line: no symbol holds for all.
        return st.column_config.NumberColumn(heading, format="localized")
    if isinstance(dtype, pl.Decimal):
        symbol = SYMBOLS.get(policy().reporting_currency, "")
        if has_negative:
            # Brackets for what is below zero; that format knows no symbol, so the heading has it.
            return st.column_config.NumberColumn(
                f"{heading}, {symbol or policy().reporting_currency}", format="accounting"
            )
        return st.column_config.NumberColumn(heading, format=f"{symbol}%,.2f")
    if dtype == pl.Date:
        return st.column_config.DateColumn(heading, format="D MMM YYYY")
    if isinstance(dtype, pl.Datetime):
        return st.column_config.DatetimeColumn(
            f"{heading} (UTC)", format="D MMM YYYY HH:mm", timezone="UTC"
        )
    if dtype.is_float():
        return st.column_config.NumberColumn(
            heading, format="percent" if is_share(name) else "%.1f"
        )
    if dtype.is_integer():
        return st.column_config.NumberColumn(heading, format="localized")
    if dtype == pl.Boolean:
        return st.column_config.CheckboxColumn(heading)
    return st.column_config.Column(heading)


def shown(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as the browser draws them: in words, money as numbers.

    The name of an account becomes the address of its page, which the column shows as the name.
    """
    frame = worded(frame)
    if _names_accounts(frame):
        addresses = account_addresses(frame.select("account_id", "account_name").rows())
        frame = frame.with_columns(pl.Series("account_name", addresses, dtype=pl.String))
    return drawn(frame)


def worded(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as a person reads them: codes as words, quarters by their names, ids last."""
    ids = [name for name in frame.columns if name.endswith("_id")]
    if "csm_name" in frame.columns and "account_id" in frame.columns:
        frame = frame.with_columns(pl.col("csm_name").fill_null("Unassigned"))
    frame = frame.with_columns(
        pl.col(name)
        .replace(WORDS)
        .str.replace_all("_", " ", literal=True)
        .str.replace(r"^[a-z]", pl.col(name).replace(WORDS).str.head(1).str.to_uppercase())
        for name in frame.columns
        if name in _CODED and frame.schema[name] == pl.String
    )
    if "due_quarter" in frame.columns:
        days = frame["due_quarter"].unique().drop_nulls().to_list()
        labels = {day: quarter_label(day) for day in days}
        frame = frame.with_columns(
            pl.col("due_quarter").replace_strict(labels, default=None, return_dtype=pl.String)
        )
    if "url" in frame.columns:
        web = pl.col("url").str.contains("^https?://")
        frame = frame.with_columns(url=pl.when(web).then(pl.col("url")))
    return frame.select(*(name for name in frame.columns if name not in ids), *ids)


def is_share(name: str) -> bool:
    """Whether a column of floats reads as per cent."""
    return name.endswith(_SHARES) or name in _RATES


def drawn(frame: pl.DataFrame) -> pl.DataFrame:
    """Money as floats: exact in the data, drawn on a screen."""
    return frame.with_columns(pl.selectors.decimal().cast(pl.Float64))


_SHARES: Final = (
    *("_share", "coverage", "weight", "rate", "_retention", "effect"),
    *("probability", "likelihood", "propensity"),
)
_TWO_PLACES: Final = frozenset(
    {
        *("observed", "threshold", "mean_gap"),
        *("performance_mean", "performance_group", "performance_apart"),
        *("promotability_mean", "promotability_group", "promotability_apart"),
    }
)
_RATES: Final = frozenset(
    {
        *("nrr", "nrr_without", "grr", "before", "after", "target", "renewed"),
        *("progress", "adjusted", "share"),
    }
)
MOST_ROWS: Final = 2000
"""Rows that a table on the screen holds."""
_SHORT: Final = 12
_TALL: Final = 460

"""What churn says."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total
from dashboard.metrics.churn import (
    NO_REASON,
    churned_arr,
    left,
    median_days_from_red,
    surprise_share,
)


def _sum(rows: pl.DataFrame) -> Decimal:
    return Decimal(rows["arr_lost"].sum() or 0)


def by_quarter(rows: pl.DataFrame, quarter: str, *, currency: str) -> str:
    """What one quarter lost and how much was controllable; over its ``BY_QUARTER`` rows."""
    gone = rows.filter(pl.col("movement") == "churn")
    smaller = rows.filter(pl.col("movement") == "contraction")
    if rows.is_empty():
        return f"No customer left or paid less in {quarter}"
    contraction = Unit.MONEY.text(_sum(smaller), currency=currency)
    if gone.is_empty():
        return f"No customer left in {quarter}; {contraction} was lost to contraction"
    churn = Unit.MONEY.text(_sum(gone), currency=currency)
    said = f"{quarter} lost {churn} to churn and {contraction} to contraction"
    known = gone.filter(pl.col("control") != "unknown")
    if not _sum(known):
        return f"{said}; nobody said what was controllable"
    part = _sum(known.filter(pl.col("control") == "controllable")) / _sum(gone)
    return f"{said}; {Unit.SHARE.text(part)} of the churn was controllable"


def by_reason(rows: pl.DataFrame, span: str, *, currency: str) -> str:
    """The reason that cost most, and what no reason covers; over the columns of ``BY_REASON``."""
    gone = rows.filter(pl.col("movement") == "churn")
    whole = _sum(gone)
    if not whole:
        return f"No customer left in {span}"
    told = gone.filter(pl.col("reason") != NO_REASON)
    without = _sum(gone) - _sum(told)
    uncovered = (
        f"{Unit.MONEY.text(without, currency=currency)} has no reason"
        if without
        else "all of it has a reason"
    )
    if told.is_empty():
        churn = Unit.MONEY.text(whole, currency=currency)
        return f"No reason is given for any of the {churn} that churned in {span}"
    most = (
        told.group_by("reason")
        .agg(pl.col("arr_lost").sum())
        .sort("arr_lost", "reason", descending=[True, False])
        .row(0, named=True)
    )
    return (
        f"{most['reason']} cost most of the ARR that churned in {span}: "
        f"{Unit.MONEY.text(most['arr_lost'], currency=currency)}, "
        f"{Unit.SHARE.text(most['arr_lost'] / whole)}; {uncovered}"
    )


def by_part(rows: pl.DataFrame, by: str, span: str, *, currency: str) -> str:
    """The part that lost most to churn; over the columns of ``BY_PART``."""
    gone = rows.filter(pl.col("movement") == "churn")
    whole = _sum(gone)
    if not whole:
        return f"No customer left in {span}"
    most = gone.sort("arr_lost", "part", descending=[True, False], nulls_last=True)
    row = most.row(0, named=True)
    name = row["label"] or f"an unknown {by}"
    return (
        f"{Unit.SHARE.text(row['arr_lost'] / whole)} of the ARR that churned in {span} was of "
        f"{name}: {Unit.MONEY.text(row['arr_lost'], currency=currency)}, "
        f"{count_of(row['accounts'], 'customer')}"
    )


def surprise(lost: pl.DataFrame, span: str, *, currency: str) -> str:
    """How much of the churn nobody saw coming; over the columns of ``LOST``."""
    gone = left(lost)
    if gone.is_empty():
        return f"No customer left in {span}"
    scored = gone.filter(pl.col("best_band").is_not_null())
    if scored.is_empty():
        return f"No customer that left in {span} had a health score before"
    green = scored.filter(pl.col("best_band") == "green")
    if green.is_empty():
        return f"No customer that left in {span} was green in the 90 days before"
    share = surprise_share(lost)
    part = f", {Unit.SHARE.text(share)} of the scored churn" if share is not None else ""
    verb = "was" if green["unit_id"].n_unique() == 1 else "were"
    return (
        f"{count_of(green['unit_id'].n_unique(), 'customer')} that left in {span} {verb} green in "
        f"the 90 days before: {Unit.MONEY.text(churned_arr(green), currency=currency)}{part}"
    )


def from_red(lost: pl.DataFrame, span: str) -> str:
    """How long those that left had been red; over the columns of ``LOST``."""
    gone = left(lost)
    if gone.is_empty():
        return f"No customer left in {span}"
    median = median_days_from_red(lost)
    seen = int(gone["days_from_red"].count())
    if median is None:
        return f"No customer that left in {span} was red in the year before"
    never = len(gone.filter(pl.col("days_from_red").is_null(), pl.col("best_band").is_not_null()))
    return (
        f"From the first red to leaving it took {median:.0f} days (median of "
        f"{count_of(seen, 'loss')} in {span}); {never} {'was' if never == 1 else 'were'} never red"
    )


def flags(rows: pl.DataFrame, *, currency: str) -> str:
    """Where churn flags and subscriptions disagree; over the columns of ``FLAGS``."""
    if rows.is_empty():
        return "No churn flag disagrees with the subscriptions"
    paying = rows.filter(pl.col("arr") > 0)
    silent = rows.filter(pl.col("arr").fill_null(1) == 0)
    parts = []
    if len(paying):
        arr = Unit.MONEY.text(total(paying["arr"]), currency=currency)
        verb = (
            "is flagged as churned and pays"
            if len(paying) == 1
            else ("are flagged as churned and pay")
        )
        parts.append(f"{count_of(len(paying), 'account')} {verb} {arr}")
    if len(silent):
        arr = Unit.MONEY.text(total(silent["arr_lost"]), currency=currency)
        verb = (
            "pays nothing and is not flagged"
            if len(silent) == 1
            else ("pay nothing and are not flagged")
        )
        parts.append(f"{count_of(len(silent), 'account')} {verb}, {arr} before")
    if not parts:
        return f"{count_of(len(rows), 'churn flag')} on accounts whose ARR has no exchange rate"
    return "; ".join(parts)

"""What the ARR bridge says."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit, count_of, money_exact

LATE_DAYS = 30
"""Days after the effective day from which a booking is called late."""


def bridge(steps: pl.DataFrame, period: str, *, currency: str) -> str:
    """From opening to closing; over one period's rows of ``queries.bridge.BY_PERIOD``."""
    amounts = dict(steps.select("step", "amount").iter_rows())
    change = amounts["closing"] - amounts["opening"]
    lost = amounts["contraction"] + amounts["churn"]
    gained = change - lost
    closing = Unit.MONEY.text(amounts["closing"], currency=currency)
    if change:
        word = "grew" if change > 0 else "fell"
        moved = f"{word} by {Unit.MONEY.text(abs(change), currency=currency)} to {closing}"
    else:
        moved = f"stayed at {closing}"
    return (
        f"ARR {moved} over {period}: {Unit.MONEY.text(gained, currency=currency)} gained, "
        f"{Unit.MONEY.text(-lost, currency=currency)} lost"
    )


def restated(rows: pl.DataFrame, reported_on: str, *, currency: str) -> str:
    """How far closing ARR has moved since it was reported; over the two bridges side by side."""
    closing = rows.filter(pl.col("step") == "closing").row(0, named=True)
    apart: Decimal = closing["difference"]
    if rows["difference"].cast(pl.Float64).abs().sum() == 0:
        return f"Nothing was restated since {reported_on}"
    moved = int((rows["difference"] != 0).sum())
    if not apart:
        return f"Closing ARR stands as reported on {reported_on}; {count_of(moved, 'step')} moved"
    return (
        f"Closing ARR is restated by {money_exact(apart, currency=currency)} "
        f"since {reported_on}; {count_of(moved, 'line')} moved"
    )


def booked(rows: pl.DataFrame, period: str) -> str:
    """How many movements were booked and how many late; over ``queries.bridge.MOVEMENTS``."""
    if rows.is_empty():
        return f"No movement was booked for {period}"
    late = len(rows.filter(pl.col("days_late") > LATE_DAYS))
    return (
        f"{count_of(len(rows), 'movement')} booked for {period}, "
        f"{late:,} of them more than {LATE_DAYS} days late"
    )


def corrections(rows: pl.DataFrame, reported_on: str, *, currency: str) -> str:
    """What was booked late; over rows of ``queries.bridge.CORRECTIONS``."""
    if rows.is_empty():
        return f"No movement was booked late after {reported_on}"
    amount = Decimal(rows["amount"].sum() or 0)
    return (
        f"{count_of(len(rows), 'movement')} booked after {reported_on} reached back before it, "
        f"{money_exact(amount, currency=currency)} together"
    )


def movements_by_month(rows: pl.DataFrame, *, currency: str) -> str:
    """The month with the most ARR lost; over rows of ``queries.retention.MOVEMENTS_BY_MONTH``."""
    lost = (
        rows.filter(pl.col("movement").is_in(["churn", "contraction"]))
        .group_by("month")
        .agg(pl.col("amount").sum())
        .sort("amount", "month")
    )
    if lost.is_empty():
        return "No ARR was lost in these months"
    month, amount = lost.row(0)
    return (
        f"Most was lost in {month:%b %Y}: {Unit.MONEY.text(-amount, currency=currency)} "
        "of churn and contraction"
    )

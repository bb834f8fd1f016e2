"""What the register of risks says."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics.risks import accounts_at_risk, arr_at_risk, open_risks


def by_category(rows: pl.DataFrame, *, currency: str) -> str:
    """Where most ARR is at risk; over the columns of ``queries.risks.BY_CATEGORY``."""
    if rows.is_empty():
        return "No risk is open"
    accounts = count_of(int(accounts_at_risk(rows) or 0), "account")
    whole = Unit.MONEY.text(arr_at_risk(rows), currency=currency)
    most = (
        rows.group_by("category")
        .agg(pl.col("arr").sum())
        .sort("arr", "category", descending=[True, False], nulls_last=True)
        .row(0, named=True)
    )
    number = count_of(int(open_risks(rows) or 0), "open risk")
    largest = Unit.MONEY.text(most["arr"], currency=currency)
    if rows["category"].n_unique() == 1:
        return f"{accounts} with {whole} have {number}, all {most['category']}"
    return (
        f"{accounts} with {whole} have {number}; most ARR is behind {most['category']}, {largest}"
    )


def by_month(drawn: pl.DataFrame) -> str:
    """How the backlog moved over the months; over what ``charts.risks.months`` draws."""
    backlog = drawn.filter(pl.col("what") == "open at the end")
    first, last = backlog.row(0, named=True), backlog.row(-1, named=True)
    opened, resolved = (
        int(drawn.filter(pl.col("what") == what)["risks"].sum()) for what in ("opened", "resolved")
    )
    change = last["risks"] - first["risks"]
    moved = (
        f"{'up' if change > 0 else 'down'} from {first['risks']:,} at the end of {first['month']}"
        if change
        else f"as at the end of {first['month']}"
    )
    return (
        f"{count_of(last['risks'], 'risk')} open, {moved}: "
        f"{opened:,} opened, {resolved:,} resolved in {count_of(len(backlog), 'month')}"
    )


def time_to_resolve(rows: pl.DataFrame) -> str:
    """How long half of the risks stay open; over the columns of ``TIME_TO_RESOLVE``."""
    whole = rows.filter(pl.col("category") == "All categories")
    if whole.is_empty():
        return "No risk was opened in the twelve months"
    row = whole.row(0, named=True)
    number, still_open = count_of(row["risks"], "risk"), f"{row['still_open']:,} still open"
    if row["median_days"] is None:
        return f"Less than half of {number} is resolved yet, {still_open}"
    return (
        f"Half of the risks are resolved within {count_of(row['median_days'], 'day')}: "
        f"{number}, {still_open}"
    )


def register(rows: pl.DataFrame) -> str:
    """What is old and whom it waits for; over the columns of ``queries.risks.REGISTER``."""
    if rows.is_empty():
        return "No risk is open"
    oldest = rows.sort("age_days", "risk_id", descending=[True, False]).row(0, named=True)
    nobody = len(rows.filter(pl.col("owner_state") != "in the team"))
    waiting = f"{nobody:,} without an owner" if nobody else "every one has an owner"
    return (
        f"{count_of(len(rows), 'open risk')}, {waiting}; the oldest is open for "
        f"{count_of(oldest['age_days'], 'day')}: {oldest['account_name']}, {oldest['category']}"
    )

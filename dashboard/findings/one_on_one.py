"""What the book of one CSM says."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from dashboard.formats import Unit, count_of


def _worth(amounts: pl.Series, currency: str) -> str:
    known = amounts.drop_nulls()
    sum_known = None if len(amounts) and known.is_empty() else Decimal(known.sum() or 0)
    return Unit.MONEY.text(sum_known, currency=currency)


def buckets(accounts: pl.DataFrame, *, currency: str) -> str:
    """How many customers ask for a word, and for what; over ``queries.one_on_one.ACCOUNTS``."""
    pressing = accounts.filter(pl.col("bucket") != "on course")
    if pressing.is_empty():
        return f"All {count_of(len(accounts), 'customer')} are on course"
    red, silent = (len(accounts.filter(pl.col("bucket") == bucket)) for bucket in ("red", "silent"))
    return (
        f"{len(pressing)} of {count_of(len(accounts), 'customer')} ask for a word: {red} red, "
        f"{silent} silent, {len(pressing) - red - silent} with a renewal or an offer "
        f"({_worth(pressing['arr'], currency)} of ARR)"
    )


def heat(rows: pl.DataFrame) -> str:
    """Who is worst and in what; over the columns of ``queries.one_on_one.BOOK``."""
    overall = rows.filter(pl.col("measure") == "overall")
    scored = overall.filter(pl.col("score").is_not_null())
    if scored.is_empty():
        return f"None of {count_of(len(overall), 'customer')} has a health score"
    worst = scored.sort("score", "account_id").row(0, named=True)
    weakest = rows.filter(
        (pl.col("account_id") == worst["account_id"])
        & (pl.col("measure") != "overall")
        & pl.col("score").is_not_null()
    ).sort("score", "measure")
    names = {"roi": "ROI", "nps": "NPS"}
    of = ""
    if len(weakest):
        low = weakest.row(0, named=True)
        of = f", weakest in {names.get(low['measure'], low['measure'])} ({low['score']:.0f})"
    return (
        f"{worst['account_name']} is worst of {count_of(len(scored), 'scored customer')}: "
        f"{worst['score']:.0f} of 100{of}"
    )


def trend(weeks: pl.DataFrame) -> str:
    """How deployment and adoption moved; over the columns of ``queries.one_on_one.WEEKLY``."""
    known = weeks.filter(pl.col("average_score").is_not_null())
    said = []
    for measure in ("deployment", "adoption"):
        line = known.filter(pl.col("measure") == measure).sort("week_on")
        if line.is_empty():
            continue
        first, last = line.row(0, named=True), line.row(-1, named=True)
        count = (last["week_on"] - first["week_on"]).days // 7
        moved = last["average_score"] - first["average_score"]
        how = f"{moved:+.1f} points in {count_of(count, 'week')}" if count else "one week measured"
        said.append(f"{measure} {last['average_score']:.0f} of 100, {how}")
    if not said:
        return "No deployment or adoption was measured in these weeks"
    text = "; ".join(said)
    return text[:1].upper() + text[1:]


def executives(months: pl.DataFrame, customers: int) -> str:
    """How often executives took part; over what the chart draws, quiet months included."""
    touches = int(months["touches"].sum())
    if not touches:
        return (
            f"No executive of {count_of(customers, 'customer')} took part in {len(months)} months"
        )
    quiet = len(months.filter(pl.col("touches") == 0))
    silence = f", none in {count_of(quiet, 'month')}" if quiet else ""
    return f"{count_of(touches, 'touch')} with executives in {len(months)} months{silence}"


def pressing(accounts: pl.DataFrame, *, currency: str) -> str:
    """Red and silent customers; over the columns of ``queries.one_on_one.ACCOUNTS``."""
    red, silent = (accounts.filter(pl.col("bucket") == bucket) for bucket in ("red", "silent"))
    if red.is_empty() and silent.is_empty():
        return f"None of {count_of(len(accounts), 'customer')} is red or silent"
    return (
        f"{len(red)} red ({_worth(red['arr'], currency)}), {len(silent)} silent "
        f"({_worth(silent['arr'], currency)}) of {count_of(len(accounts), 'customer')}"
    )


def renewals(still_open: pl.DataFrame, days: int, as_of: date, *, currency: str) -> str:
    """What is open within a window, and beyond it; over the columns of ``queries.renewals.DUE``."""
    within = still_open.filter(pl.col("due_on") <= as_of + timedelta(days=days))
    later = len(still_open) - len(within)
    beyond = f"; {later} more later" if later else ""
    if within.is_empty():
        return f"No open renewal is due within {days} days{beyond}"
    overdue = len(within.filter(pl.col("due_on") < as_of))
    late = f", {overdue} overdue" if overdue else ""
    return (
        f"{count_of(len(within), 'open renewal')} due within {days} days{late}, "
        f"{_worth(within['arr_due'], currency)}{beyond}"
    )


def offers(opportunities: pl.DataFrame, *, currency: str) -> str:
    """Open opportunities; over the columns of ``queries.expansion.OPEN_OPPORTUNITIES``."""
    if opportunities.is_empty():
        return "No opportunity is open"
    return (
        f"{count_of(len(opportunities), 'opportunity')} open, "
        f"{_worth(opportunities['amount'], currency)}"
    )


def objectives(rows: pl.DataFrame, days: int) -> str:
    """Objectives nobody confirmed; over the columns of ``queries.plans.OBJECTIVES``."""
    if rows.is_empty():
        return f"Every open objective was confirmed within {days} days"
    at = rows["account_id"].n_unique()
    return (
        f"{count_of(len(rows), 'open objective')} at {count_of(at, 'customer')} not confirmed for "
        f"{days} days"
    )

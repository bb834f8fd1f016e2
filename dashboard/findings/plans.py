"""What the success plans say."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import plans as metrics


def by_status(parts: pl.DataFrame) -> str:
    """How many are attained and in trouble; over the rows of ``BY_PART`` of customers."""
    number = int(parts["objectives"].sum())
    if not number:
        return "No customer has an objective"
    done, risk, missed = (
        int(each(parts) or 0) for each in (metrics.attained, metrics.at_risk, metrics.missed)
    )
    return (
        f"{done:,} of {count_of(number, 'objective')} {'is' if done == 1 else 'are'} attained, "
        f"{risk:,} at risk and {missed:,} missed"
    )


def progress(parts: pl.DataFrame, drawn: pl.DataFrame, by: str) -> str:
    """The average and the weakest part; over ``BY_PART`` and what the chart of it draws."""
    average = metrics.progress(parts)
    if average is None or drawn.is_empty():
        return "No objective has a baseline, a goal and a value, 0 measured"
    weakest = drawn.sort("average_progress", "part").row(0, named=True)
    said = f"Objectives are {Unit.SHARE.text(average)} of the way to their goals on average"
    if len(drawn) == 1:
        return f"{said}, all in one {by}"
    return (
        f"{said}; {weakest['part']} is furthest from them at "
        f"{Unit.SHARE.text(weakest['average_progress'])}"
    )


def bands(beyond: int, below: int) -> str:
    """How many objectives are outside the way from baseline to goal."""
    return (
        f"{count_of(beyond, 'objective')} {'is' if beyond == 1 else 'are'} beyond the goal, "
        f"{below:,} below the baseline"
    )


def due(rows: pl.DataFrame, quarter: str) -> str:
    """What is due in a quarter; over the rows of ``BY_DUE_QUARTER`` of that quarter."""
    number = int(rows["objectives"].sum())
    if not number:
        return f"No objective is due in {quarter}"
    closed = int(rows.filter(pl.col("status").is_in(["attained", "missed"]))["objectives"].sum())
    return (
        f"{count_of(number, 'objective')} {'is' if number == 1 else 'are'} due in {quarter}, "
        f"{number - closed:,} of them open"
    )


def not_validated(rows: pl.DataFrame, days: int) -> str:
    """Who has waited longest; over rows of ``OBJECTIVES`` not validated, the oldest first."""
    if rows.is_empty():
        return f"No open objective has gone {days} days without the customer's word"
    never = int(rows["days_since_validated"].null_count())
    said = (
        f"{count_of(len(rows), 'open objective')} {'has' if len(rows) == 1 else 'have'} not been "
        f"validated for {days} days"
    )
    return f"{said}, {never:,} of them never" if never else said


def due_soon(rows: pl.DataFrame, days: int) -> str:
    """What is past its day and what comes next; over open rows of ``OBJECTIVES``."""
    past = int((rows["due"] == "overdue").sum())
    soon = len(rows) - past
    if rows.is_empty():
        return f"No open objective is overdue or due within {days} days"
    return (
        f"{count_of(past, 'open objective')} {'is' if past == 1 else 'are'} past the due day, "
        f"{soon:,} more {'is' if soon == 1 else 'are'} due within {days} days"
    )


def coverage(rows: pl.DataFrame, *, currency: str) -> str:
    """Who has no objective; over the columns of ``COVERAGE``."""
    number = int(metrics.without(rows) or 0)
    whole = int(rows["customers"].sum())
    if not number:
        troubled = Unit.MONEY.text(metrics.arr_troubled(rows), currency=currency)
        return (
            f"Each of {count_of(whole, 'customer')} has an objective; {troubled} of ARR has one at "
            "risk or missed"
        )
    arr = Unit.MONEY.text(metrics.arr_without(rows), currency=currency)
    return (
        f"{number:,} of {count_of(whole, 'customer')} ({arr}) "
        f"{'has' if number == 1 else 'have'} no objective"
    )


def without(rows: pl.DataFrame) -> str:
    """The largest without an objective; over rows of ``CUSTOMERS``, the largest first."""
    if rows.is_empty():
        return "No customer is without an objective"
    return (
        f"{count_of(len(rows), 'customer')} without an objective, {rows['account_name'][0]} first"
    )

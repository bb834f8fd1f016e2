"""What the renewals to watch say."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import renewal_watch as metrics
from dashboard.metrics import total


def stakes(rows: pl.DataFrame, quarter: str, *, currency: str) -> str:
    """What a quarter has lost, may lose and saved; over its rows of ``STAKES_BY_QUARTER``."""
    if rows.is_empty():
        return f"No renewal of {quarter} is lost, at risk or saved"
    lost, risk, saved = (
        Unit.MONEY.text(each(rows), currency=currency)
        for each in (metrics.arr_lost, metrics.arr_at_risk, metrics.arr_saved)
    )
    return f"{quarter} has lost {lost}, has {risk} at risk and saved {saved}"


STATES = {
    "churned": ("churned", "churned"),
    "reduced": ("renewed for less", "renewed for less"),
    "at_risk": ("is open and red", "are open and red"),
    "saved": ("was saved", "were saved"),
}


def in_state(rows: pl.DataFrame, state: str, quarter: str, *, currency: str) -> str:
    """Renewals of one state with the largest of them; over the columns of ``STAKES``."""
    one, many = STATES[state]
    if rows.is_empty():
        return f"No renewal of {quarter} {one}"
    said = (
        f"{count_of(len(rows), 'renewal')} of {quarter} {one if len(rows) == 1 else many}: "
        f"{Unit.MONEY.text(total(rows['arr_at_stake']), currency=currency)}"
    )
    if len(rows) == 1 or rows["arr_at_stake"][0] is None:
        return said
    first = Unit.MONEY.text(rows["arr_at_stake"][0], currency=currency)
    return f"{said}, {first} of it {rows['account_name'][0]}"


def calendar(rows: pl.DataFrame, longest: int, shortest: int, *, currency: str) -> str:
    """What has neither an answer nor a touch; over the columns of ``CALENDAR_BY_WINDOW``."""
    if rows.is_empty():
        return f"No open renewal is due within {longest} days"
    ahead, number, near = (
        int(each or 0)
        for each in (
            metrics.ahead(rows),
            metrics.neither(rows),
            metrics.neither(rows.filter(pl.col("window_days") == shortest)),
        )
    )
    renewals = count_of(ahead, "renewal")
    if not number:
        return f"Each of the {renewals} due within {longest} days has an answer or a touch"
    arr = Unit.MONEY.text(metrics.arr_neither(rows), currency=currency)
    return (
        f"{number:,} of {renewals} due within {longest} days "
        f"({arr}) {'has' if number == 1 else 'have'} neither an answer nor a touch, "
        f"{near:,} of them inside {shortest} days"
    )


def soonest(rows: pl.DataFrame, *, currency: str) -> str:
    """Which one that lacks something is due first; over the columns of ``CALENDAR``."""
    if rows.is_empty():
        return "No renewal ahead lacks an answer or a touch"
    arr = Unit.MONEY.text(total(rows["arr_due"]), currency=currency)
    first = rows.row(0, named=True)
    days = first["days_to_due"]
    when = "today" if not days else f"in {count_of(days, 'day')}"
    return (
        f"{count_of(len(rows), 'renewal')} ({arr}) {'lacks' if len(rows) == 1 else 'lack'} an "
        f"answer or a touch; {first['account_name']} is due first, {when}"
    )


def likelihood(rows: pl.DataFrame, *, currency: str) -> str:
    """How much is answered, and where the model disagrees; over ``metrics.with_readings``."""
    if rows.is_empty():
        return "No renewal is open"
    told = Unit.SHARE.text(metrics.answered_share(rows))
    against = rows.filter(pl.col("disagreement").is_not_null())
    if against.is_empty():
        return f"{told} of the open ARR has an answer, and the model contradicts none of it"
    arr = Unit.MONEY.text(total(against["arr_due"]), currency=currency)
    return (
        f"{told} of the open ARR has an answer; the model contradicts "
        f"{count_of(len(against), 'answer')} ({arr})"
    )


def disagreements(rows: pl.DataFrame, *, currency: str) -> str:
    """Who says likely against the model and who not likely; over ``metrics.with_readings``."""
    hopeful = rows.filter(pl.col("disagreement") == metrics.HOPEFUL)
    pessimistic = rows.filter(pl.col("disagreement") == metrics.PESSIMISTIC)
    if hopeful.is_empty() and pessimistic.is_empty():
        return "No answer and probability contradict each other"
    parts = [
        f"{count_of(len(part), 'customer')} "
        f"({Unit.MONEY.text(total(part['arr_due']), currency=currency)}) "
        f"{'answers' if len(part) == 1 else 'answer'} {words}"
        for part, words in (
            (hopeful, "likely where the model is low"),
            (pessimistic, "not likely where the model is high"),
        )
        if len(part)
    ]
    return "; ".join(parts)

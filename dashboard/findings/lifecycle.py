"""What the customer lifecycle says."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def by_stage(rows: pl.DataFrame, *, currency: str) -> str:
    """Where most ARR stands and how much is stuck; over the columns of ``BY_STAGE``."""
    live = rows.filter(pl.col("customers") > 0)
    if live.is_empty():
        return "No customer is in any stage"
    stages = live.group_by("stage").agg(pl.col("arr").sum()).sort("arr", "stage", descending=True)
    first, arr = stages.row(0)
    said = f"{Unit.MONEY.text(arr, currency=currency)} of ARR is in {first}"
    stuck = live.filter(pl.col("reading") == "stuck")
    if stuck.is_empty():
        return f"{said}; nobody is stuck in a stage, 0 customers"
    return (
        f"{said}; {count_of(int(stuck['customers'].sum()), 'customer')} "
        f"({Unit.MONEY.text(total(stuck['arr']), currency=currency)}) "
        f"{'is' if stuck['customers'].sum() == 1 else 'are'} stuck in a stage"
    )


def by_month(rows: pl.DataFrame) -> str:
    """How the number in Onboarding and stuck moved; over the columns of ``BY_MONTH``."""
    days = rows["day_on"].unique().sort()
    if len(days) < 2:  # noqa: PLR2004 -- a change needs two days
        return "Customers by stage"
    then, now = (
        int(rows.filter(pl.col("day_on") == day)["stuck"].sum()) for day in (days[0], days[-1])
    )
    if then == now:
        return f"{count_of(now, 'customer')} stuck in a stage, as many as on {days[0]:%-d %b %Y}"
    return (
        f"{count_of(now, 'customer')} stuck in a stage, {abs(now - then):,} "
        f"{'more' if now > then else 'fewer'} than on {days[0]:%-d %b %Y}"
    )


def stuck(rows: pl.DataFrame, *, currency: str) -> str:
    """Who is stuck longest; over the rows of ``ACCOUNTS`` that are stuck, the longest first."""
    if rows.is_empty():
        return "No customer has been in its stage for longer than the limit"
    first = rows.row(0, named=True)
    arr = Unit.MONEY.text(total(rows["arr"]), currency=currency)
    return (
        f"{count_of(len(rows), 'customer')} ({arr}) {'is' if len(rows) == 1 else 'are'} stuck; "
        f"{first['account_name']} has been in {first['stage']} for "
        f"{count_of(first['days_in_stage'], 'day')}"
    )


def days_in_stage(rows: pl.DataFrame) -> str:
    """The stage where those in it now stand furthest beyond the usual; over ``DAYS_IN_STAGE``."""
    both = (
        rows.filter(pl.col("stays") == "in it now")
        .join(rows.filter(pl.col("stays") == "ended"), on="stage", suffix="_ended")
        .filter(pl.col("stage") != "Churned")
        .with_columns(beyond=pl.col("median_days") - pl.col("median_days_ended"))
        .sort("beyond", "stage", descending=[True, False])
    )
    if both.is_empty():
        return "No stage has both stays that ended and customers in it now"
    worst = both.row(0, named=True)
    if worst["beyond"] <= 0:
        return (
            f"In none of {count_of(len(both), 'stage')} have customers been longer than a stay "
            "usually lasts"
        )
    return (
        f"Those in {worst['stage']} have been there {worst['median_days']:,.0f} days at the "
        f"median, where a stay that ended took {worst['median_days_ended']:,.0f}"
    )


def conversions(rows: pl.DataFrame, since: str) -> str:
    """What became of those who entered Onboarding; over the columns of ``CONVERSIONS``."""
    if rows.is_empty():
        return f"No customer entered a stage since {since}"
    entered = rows.filter(pl.col("stage") == "Onboarding")
    if entered.is_empty():
        return (
            f"{count_of(int(rows['stays'].sum()), 'stay')} began since {since}, none in Onboarding"
        )
    number = int(entered["stays"].sum())
    shares = {
        outcome: Unit.SHARE.text(stays / number)
        for outcome, stays in entered.select("outcome", "stays").iter_rows()
    }
    return (
        f"Of {count_of(number, 'customer')} that entered Onboarding since {since}, "
        f"{shares.get('Adoption', '0.0%')} moved on to Adoption and "
        f"{shares.get('still in it', '0.0%')} are still in it"
    )


def time_to_value(rows: pl.DataFrame, label: str) -> str:
    """The latest complete cohort and what is not; over the rows of one reading of ``COHORTS``."""
    done = rows.filter(pl.col("is_complete") & pl.col("median_days").is_not_null())
    waits = int(rows["waiting"].sum())
    still = f"{count_of(waits, 'customer')} of {count_of(len(rows), 'cohort')} still wait"
    if done.is_empty():
        return f"No cohort is complete; {still}"
    last = done.sort("cohort_on").row(-1, named=True)
    return (
        f"Half of the cohort of {label} took {last['median_days']:,.0f} days or fewer to move out "
        f"of Onboarding (n {last['accounts']:,}); {still}"
    )


def cohort_states(rows: pl.DataFrame) -> str:
    """How many are out of onboarding, wait and left; over one reading of ``COHORTS``."""
    reached, waits, gone = (int(rows[name].sum()) for name in ("reached", "waiting", "left_before"))
    return (
        f"{reached:,} of {count_of(int(rows['accounts'].sum()), 'customer')} are out of "
        f"onboarding, {waits:,} still in it, {gone:,} left before"
    )

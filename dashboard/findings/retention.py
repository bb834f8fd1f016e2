"""What retention says."""

import polars as pl

from dashboard.charts.retention import RATES
from dashboard.formats import Unit, count_of
from dashboard.metrics import retention as metrics
from dashboard.metrics.retention import Rate

FEW = 10
"""Below so many customers a rate is named and not judged."""


def over_time(now: pl.DataFrame, before: pl.DataFrame, period: str, versus: str) -> str:
    """NRR and its change; over rows of ``queries.retention.BY_PERIOD``, one period each."""
    nrr, grr = metrics.nrr(now), metrics.grr(now)
    if nrr is None:
        return f"No customer opened {period}: there is no NRR"
    said = f"NRR of {period} is {Unit.SHARE.text(nrr)}"
    earlier = metrics.nrr(before)
    if earlier is not None:
        said += f", {_moved(float(nrr) - float(earlier))} {versus}"
    return f"{said}; GRR is {Unit.SHARE.text(grr)}"


def renewal_rates(now: pl.DataFrame, before: pl.DataFrame, period: str, versus: str) -> str:
    """Renewal rate and its change; over rows of ``queries.renewals.RATES_BY_QUARTER``."""
    rate, earlier = metrics.renewal_rate(now), metrics.renewal_rate(before)
    if rate is None:
        return f"No renewal of {period} is decided: there is no renewal rate"
    decided, renewals = int(now["decided"][-1]), int(now["renewals"][-1])
    said = f"{Unit.SHARE.text(rate)} of the ARR decided in {period} was renewed"
    if earlier is not None:
        said += f", {_moved(float(rate) - float(earlier))} {versus}"
    return f"{said}; {decided:,} of {count_of(renewals, 'renewal')} decided"


def by_part(drawn: pl.DataFrame, rate: str, by: str) -> str:
    """Which part is lowest and which highest; over what ``charts.retention.by_part`` draws."""
    name = RATES[rate]
    judged = drawn.filter(pl.col("accounts") >= FEW)
    if judged.is_empty():
        return f"{name} by {by}: no part has {FEW} customers or more"
    lowest, highest = judged.row(0, named=True), judged.row(-1, named=True)
    if len(judged) == 1:
        return f"{name} of {lowest['name']} is {lowest['text']}"
    return (
        f"{name} is lowest in {lowest['name']}, {lowest['text']}, "
        f"and highest in {highest['name']}, {highest['text']}"
    )


def split(drawn: pl.DataFrame, rate: Rate, change: float | None, versus: str) -> str:
    """Where a change came from; over what ``charts.retention.split`` draws."""
    name = RATES[rate]
    if change is None:
        return f"{name} has nothing to compare with"
    if drawn.is_empty() or not _shown(change):
        return f"{name} is where it was {versus}"
    same_way = drawn.filter(pl.col("effect") * change > 0).sort(
        pl.col("effect").abs(), descending=True
    )
    most = same_way.row(0, named=True)
    return (
        f"{name} {'rose' if change > 0 else 'fell'} {abs(100 * change):.1f} pp {versus}: "
        f"{most['text']} from {most['name']}, {most['cause']}"
    )


def rules(steps: pl.DataFrame, policy: str, other: str, rate: Rate) -> str:
    """How far two policies are apart; over the steps from one to the other."""
    name = RATES[rate]
    if steps.is_empty():
        return f"{other} counts {name} as {policy} does"
    apart = float(steps["effect"].sum())
    if not _shown(apart):
        return f"{other} and {policy} agree on {name} to a tenth of a point"
    most = steps.sort(pl.col("effect").abs(), descending=True).row(0, named=True)
    return (
        f"{other} reads {name} {_moved(apart)} {policy}; "
        f"most of it, {100 * most['effect']:+.1f} pp, is {most['name']}: {most['becomes']}"
    )


def accounts(rows: pl.DataFrame, period: str) -> str:
    """How many customers changed; over rows of ``queries.retention.ACCOUNTS``."""
    less = rows.filter(pl.col("closing_arr") < pl.col("opening_arr"))
    return f"{count_of(len(less), 'customer')} paid less at the end of {period} than at its start"


def _moved(change: float) -> str:
    if not _shown(change):
        return "as"
    return f"{abs(100 * change):.1f} pp {'above' if change > 0 else 'below'}"


def _shown(change: float) -> bool:
    return abs(change) >= 0.0005  # noqa: PLR2004 -- half of the last digit shown

"""What the forecast says, and how good it has been."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from dashboard.charts.forecast import STEPS
from dashboard.formats import Unit, count_of
from dashboard.metrics import forecast as metrics
from dashboard.metrics import share, total

WIDE = 0.75, 0.85
"""Where the share of outcomes that an 80 % range holds should lie."""


def outlook(total: Mapping[str, Any], quarters: str, *, currency: str) -> str:
    """What is expected of what is due, with its range; over the sum of all quarters."""
    due, expected, low, high = (
        Unit.MONEY.text(total[name], currency=currency)
        for name in ("arr_due", "expected", "low_80", "high_80")
    )
    return (
        f"{expected} of the {due} due in {quarters} is expected to renew, "
        f"{low} to {high} in eight outcomes of ten"
    )


def ranges(
    total: Mapping[str, Any],
    year: pl.DataFrame,
    target: float | None,
    quarters: str,
    *,
    currency: str,
) -> str:
    """What the numbers are of, and between what they lie; over the sum of all quarters."""
    low, high = (Unit.MONEY.text(total[each], currency=currency) for each in ("low_80", "high_80"))
    said = (
        f"{count_of(total['renewals'], 'open renewal')} due in {quarters}. Eight outcomes in ten "
        f"bring {low} to {high}."
    )
    if year.is_empty():
        return said
    row = year.row(0, named=True)
    least, most = (Unit.SHARE.text(row[each]) for each in ("nrr_low_80", "nrr_high_80"))
    until = row["period_end_on"] - timedelta(days=1)
    said += f" NRR of the fiscal year to {until:%-d %b %Y} ends between {least} and {most}"
    if target is not None:
        said += f"; the target is {Unit.SHARE.text(target)}"
    return f"{said}."


def by_segment(rows: pl.DataFrame, quarters: str) -> str:
    """Which segment is expected to keep least; over rows of ``forecast/renewals_by_segment``."""
    sums = (
        rows.group_by("segment")
        .agg(pl.col("arr_due", "expected").sum())
        .filter(pl.col("arr_due") > 0)
        .with_columns(kept=pl.col("expected").cast(pl.Float64) / pl.col("arr_due").cast(pl.Float64))
        .sort("kept", "segment")
    )
    if sums.is_empty():
        return f"No ARR is due in {quarters}"
    least, most = sums.row(0, named=True), sums.row(-1, named=True)
    said = f"{least['segment']} is expected to keep {Unit.SHARE.text(least['kept'])}"
    if len(sums) == 1:
        return f"{said} of its ARR due in {quarters}"
    return f"{said} of its ARR due in {quarters}, {most['segment']} {Unit.SHARE.text(most['kept'])}"


def churn(rows: pl.DataFrame, *, currency: str) -> str:
    """How much is expected to churn and where most of it; over the sums by segment."""
    parts = rows.drop_nulls("segment").sort("churn", "segment", descending=[True, False])
    whole = Decimal(parts["churn"].sum() or 0)
    if parts.is_empty() or not whole:
        return "No churn is expected of the open renewals"
    said = f"{Unit.MONEY.text(whole, currency=currency)} is expected to churn in four quarters"
    name, most = parts.select("segment", "churn").row(0)
    if len(parts) == 1:
        return f"{said}, all of it in {name}"
    return f"{said}, {Unit.MONEY.text(most, currency=currency)} of it in {name}"


def at_stake(rows: pl.DataFrame, *, currency: str) -> str:
    """Which renewal puts most at stake; over open renewals, the largest ``arr_at_stake`` first."""
    whole = Decimal(rows["arr_at_stake"].sum() or 0)
    if not whole:
        return "No open renewal puts ARR at stake"
    first, few = rows.row(0, named=True), rows.head(10)
    part = share(few["arr_at_stake"].sum(), whole)
    many = "The one open renewal" if len(few) == 1 else f"{len(few)} of {len(rows):,} renewals"
    return (
        f"{many} hold{'s' if len(few) == 1 else ''} {Unit.SHARE.text(part)} of the ARR expected to "
        f"churn; {first['account_name']} is first with "
        f"{Unit.MONEY.text(first['arr_due'], currency=currency)} at "
        f"{Unit.SHARE.text(first['probability'])}"
    )


def calls(steps: Sequence[tuple[str, Decimal]], of: str, days: str, *, currency: str) -> str:
    """How a call moved, and by which step most; over the steps of the bridge."""
    amounts = dict(steps)
    if not amounts.get("opening") and not amounts.get("closing"):
        return f"No call of {of} stood on either day"
    change = amounts["closing"] - amounts["opening"]
    moved = {step: each for step, each in steps if step not in {"opening", "closing"} and each}
    closing = Unit.MONEY.text(amounts["closing"], currency=currency)
    if not moved:
        return f"The call of {of} stands at {closing} {days}"
    word = "rose" if change > 0 else "fell" if change < 0 else "ended where it began"
    by = f" by {Unit.MONEY.text(abs(change), currency=currency)}" if change else ""
    most = max(moved, key=lambda step: (abs(moved[step]), step))
    return (
        f"The call of {of} {word}{by} {days} to {closing}; the largest step is "
        f"{STEPS[most].lower()}, {Unit.MONEY.text(moved[most], currency=currency)}"
    )


def won(rows: pl.DataFrame, *, currency: str) -> str:
    """What the won brought against what was called; over rows of ``calls/between``."""
    won_rows = rows.filter(pl.col("change_kind") == "won")
    if won_rows.is_empty():
        return "Nothing that was called has been won since."
    call, came = (
        Unit.MONEY.text(total(won_rows[name]), currency=currency)
        for name in ("opening_amount", "arr_renewed")
    )
    return f"{count_of(len(won_rows), 'renewal')} won since, called at {call}, brought {came}."


def scenario(base: Mapping[str, Any], moved: Mapping[str, Any], *, currency: str) -> str:
    """What a scenario changes over the four quarters; over the two sums of all quarters."""
    apart = moved["expected"] - base["expected"]
    now, then = (Unit.MONEY.text(each["expected"], currency=currency) for each in (moved, base))
    if not apart:
        return f"The scenario leaves the {then} expected over four quarters as they are"
    word = "more" if apart > 0 else "less"
    return (
        f"The scenario brings {Unit.MONEY.text(abs(apart), currency=currency)} {word} over four "
        f"quarters: {now} instead of {then}"
    )


def assumed(moves: int, accounts: int) -> str:
    """What a scenario assumes, by numbers of moves and of named accounts."""
    if not moves and not accounts:
        return (
            "No scenario is assumed: what if probabilities moved, or accounts were saved or lost?"
        )
    parts = [
        f"{count_of(moves, 'part')} of the book moved" if moves else "",
        f"{count_of(accounts, 'account')} saved or lost" if accounts else "",
    ]
    return f"What if: {' and '.join(part for part in parts if part)}"


def record(rows: pl.DataFrame, ahead: str) -> str:
    """How many ranges held and how far amounts were off; over rows of ``forecast/backtest``."""
    if rows.is_empty():
        return f"No quarter that was forecast {ahead} is over yet"
    held = rows["actual"].is_between(rows["low_80"], rows["high_80"])
    off, base = (_off(rows, name) for name in ("expected", "base_rate_expected"))
    return (
        f"Forecasts made {ahead} were off by {Unit.SHARE.text(off)} of the ARR that renewed, the "
        f"base rate by {Unit.SHARE.text(base)}; 80% ranges held {int(held.sum())} of {len(rows)}"
    )


def calibration(rows: pl.DataFrame) -> str:
    """How far what came lies from what was said; over rows of ``forecast/calibration``."""
    if rows.is_empty():
        return "No past forecast is decided yet"
    apart = rows.with_columns(apart=pl.col("renewed") - pl.col("probability")).sort(
        pl.col("apart").abs(), descending=True
    )
    worst, first = apart.row(0, named=True), rows.sort("decile").row(0, named=True)
    return (
        f"Of renewals given {Unit.SHARE.text(first['probability'])} or about, "
        f"{Unit.SHARE.text(first['renewed'])} renewed; the group furthest off is "
        f"{abs(100 * worst['apart']):.1f} pp away, of {count_of(worst['forecasts'], 'forecast')}"
    )


def made(method: Mapping[str, Any]) -> str:
    """Who speaks, the model or the base rate, and why; over the row of ``forecast/method``."""
    if not method["uses_model"]:
        return f"The forecast is the base rate of each segment. {method['reason']}"
    return (
        "The forecast is a model's, of health and its trend, usage, terms, engagement, risks and "
        "calls, because it was nearer than the base rate: over "
        f"{count_of(method['forecasts'], 'past forecast')} its mean squared error (Brier score) "
        f"is {method['brier']:.3f} against {method['brier_base_rate']:.3f}."
    )


def good(method: Mapping[str, Any]) -> tuple[str, ...]:
    """How good it has been in the whole company, in sentences; over the same row."""
    if not method["cells"]:
        return ("No forecast quarter is over yet, so there is no record to judge it by.",)
    held = method["held_80"]
    low, high = WIDE
    width = (
        "wider than need be" if held > high else "too narrow" if held < low else "as wide as said"
    )
    said = [
        f"Its 80% ranges held {Unit.SHARE.text(held)} of {method['cells']:,} past quarters by "
        f"segment, {width}; its 50% ranges {Unit.SHARE.text(method['held_50'])}.",
        f"Its amounts were off by {Unit.SHARE.text(method['arr_error'])} of the ARR that renewed, "
        f"those of the base rate by {Unit.SHARE.text(method['arr_error_base_rate'])}.",
    ]
    if method["arr_error_calls"] is not None:
        said.append(
            "Where CSMs had called at least half of a quarter's ARR it was off by "
            f"{Unit.SHARE.text(method['arr_error_of_called'])}, their calls by "
            f"{Unit.SHARE.text(method['arr_error_calls'])}."
        )
    return tuple(said)


def beside(renewals: pl.DataFrame, *, currency: str) -> str:
    """What CSMs call beside what is expected of the same; over open renewals."""
    has_call = metrics.with_calls(renewals).filter(pl.col("called_amount").is_not_null())
    if has_call.is_empty():
        return "No CSM has called any of these renewals in the last half year."
    call, same = (
        Unit.MONEY.text(metric(has_call), currency=currency)
        for metric in (metrics.called, metrics.expected)
    )
    return (
        f"CSMs have called {len(has_call):,} of {count_of(len(renewals), 'renewal')}, "
        f"{Unit.SHARE.text(metrics.called_share(renewals))} of the ARR due: {call}, where the "
        f"forecast expects {same} of the same."
    )


def _off(rows: pl.DataFrame, name: str) -> float | None:
    return share((rows[name] - rows["actual"]).abs().sum(), rows["actual"].sum())

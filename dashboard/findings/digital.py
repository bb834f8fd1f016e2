"""What digital programmes and key behaviours say."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import behaviours, digital

ENOUGH: Final = 10
"""Accounts or messages below which a title compares nothing."""
DID: Final = {
    "acted": "did what was asked",
    "grown": "had more active users",
    "expanded": "expanded",
    "renewed": "renewed",
}


def funnel(steps: pl.DataFrame) -> str:
    """How many accounts were written to and acted, over all programmes; over ``FUNNEL``."""
    sent, acted = (
        int(steps.filter(pl.col("step") == step)["accounts"].sum()) for step in ("sent", "acted")
    )
    if not sent:
        return "No message is old enough to say who acted"
    return (
        f"Of {count_of(sent, 'account')} written to {acted:,} acted, {acted / sent:.0%}, once for "
        "each programme"
    )


def reach(months: pl.DataFrame) -> str:
    """Reach and effect of the window; over ``queries.digital.BY_MONTH``."""
    reached, effect = digital.reach(months), digital.effect(months)
    if reached is None:
        return "No message is old enough to say whom it reached"
    said = f"{Unit.SHARE.text(reached)} of messages reach the right contact"
    return said if effect is None else f"{said}; {Unit.SHARE.text(effect)} of those act"


def channels(rows: pl.DataFrame, what: str) -> str:
    """The best and the worst programme and channel; over ``metrics.digital.shares`` with names."""
    enough = rows.filter(pl.col("n") >= ENOUGH).sort("value", "name", "group")
    if len(enough) < 2:  # noqa: PLR2004 -- a comparison
        return f"{what} by programme and channel; no two were used often enough"
    low, high = enough.row(0, named=True), enough.row(-1, named=True)
    said = (
        f"{what} from {low['value']:.0%} ({low['name']}, {low['group']}) to {high['value']:.0%} "
        f"({high['name']}, {high['group']})"
    )
    return f"{said}, which may be chance" if low["high"] >= high["low"] else said


def trials(rows: pl.DataFrame, outcome: str) -> str:
    """In how many programmes the test arm differs from the control arm; over ``COMPARED``."""
    if rows.is_empty():
        return f"No programme has accounts in both arms to say who {DID[outcome]}"
    apart = rows.filter((pl.col("low") > 0) | (pl.col("high") < 0)).sort(
        pl.col("value").abs(), descending=True, maintain_order=True
    )
    number = count_of(len(rows), "programme")
    if apart.is_empty():
        return f"No detectable difference in any of {number}"
    row = apart.row(0, named=True)
    more = "more" if row["value"] > 0 else "less"
    sure = len(rows.filter(pl.col("adjusted") < 0.05))  # noqa: PLR2004 -- 95 %
    return (
        f"{row['program']}: the test arm {DID[outcome]} {abs(100 * row['value']):.0f} points "
        f"{more} often than the control arm; {len(apart)} of {number} "
        f"{'differs' if len(apart) == 1 else 'differ'}, {sure} after adjusting for their number"
    )


def verdict(row: Mapping[str, object], outcome: str, worth_seeing: float) -> str:
    """One programme in plain words; ``row`` of ``metrics.trials.COMPARED``."""
    value, low, high = (float(str(row[name])) for name in ("value", "low", "high"))
    arms = (
        f"test {row['test']} of {row['test_accounts']}, "
        f"control {row['control']} of {row['control_accounts']}"
    )
    if low <= 0 <= high:
        return (
            f"{row['program']}: no detectable difference, {100 * value:+.0f} points, between "
            f"{100 * low:+.0f} and {100 * high:+.0f} ({arms}). To see "
            f"{100 * worth_seeing:g} points there would have to be about {row['needed']:,} "
            "accounts in each arm."
        )
    ends = sorted((abs(100 * low), abs(100 * high)))
    more = "more" if value > 0 else "less"
    return (
        f"{row['program']}: the test arm {DID[outcome]} {abs(100 * value):.0f} points {more} "
        f"often, between {ends[0]:.0f} and {ends[1]:.0f} ({arms})."
    )


def after(rows: pl.DataFrame, outcome: str, days: int) -> str:
    """Who acted against who did not, over all programmes; rows have ``group``, ``part``, ``n``."""
    by_response = {
        response: (int(found["part"].sum()), int(found["n"].sum()))
        for (response,), found in rows.group_by("group")
    }
    acted = by_response.get("acted", (0, 0))
    others = [each for response, each in by_response.items() if response != "acted"]
    part, whole = (sum(each[place] for each in others) for place in (0, 1))
    if min(acted[1], whole) < ENOUGH:
        return f"After {days} days; too few accounts to compare"
    return (
        f"Within {days} days {acted[0] / acted[1]:.0%} of accounts that acted {DID[outcome]}, "
        f"{part / whole:.0%} of those that did not"
    )


def lifts(rows: pl.DataFrame, outcome: str) -> str:
    """The behaviour that goes most surely with the outcome; over ``metrics.behaviours.LIFTS``."""
    verb = {"renewal": "renew", "expansion": "expand"}[outcome]
    if rows.is_empty():
        return f"No behaviour sets customers apart enough to say who {verb}s"
    sure = rows.filter(pl.col("adjusted") < 0.05).sort(  # noqa: PLR2004 -- 95 %
        pl.col("value").abs(), descending=True, maintain_order=True
    )
    number = count_of(len(rows), "behaviour")
    if sure.is_empty():
        return f"No detectable difference in who {verb}s by any of {number}"
    row = sure.row(0, named=True)
    more = "more" if row["value"] > 0 else "less"
    ends = sorted((abs(100 * row["low"]), abs(100 * row["high"])))
    return (
        f"{row['behaviour']} early: {verb}s {abs(100 * row['value']):.0f} points {more} often, "
        f"between {ends[0]:.0f} and {ends[1]:.0f}; {len(sure)} of {number} stand out"
    )


def years(rows: pl.DataFrame, behaviour: str, outcome: str) -> str:
    """In how many years those who did it early fare better; over ``metrics.behaviours.BY_YEAR``."""
    verb = {"renewal": "renew", "expansion": "expand"}[outcome]
    early, rest = (
        dict(rows.filter(pl.col("group") == group).select("name", "value").iter_rows())
        for group in (behaviours.EARLY, behaviours.REST)
    )
    both = [year for year in early if year in rest]
    better = sum(early[year] > rest[year] for year in both)
    return (
        f"{behaviour}: in {better} of {count_of(len(both), 'year')} customers who did it early "
        f"{verb} more often"
    )

"""What the loads of CSMs say, who nobody looks after, and what moves would do."""

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def loads(rows: pl.DataFrame) -> str:
    """Who carries most; over ``metrics.capacity.loads``."""
    held = rows.filter(pl.col("customers") > 0)
    if held.is_empty():
        return "Nobody holds a customer"
    most = held.row(0, named=True)
    heavy = held.filter(pl.col("reading") == "▲ heavy").height
    light = held.filter(pl.col("reading") == "▽ light").height
    return (
        f"{most['csm']} carries most, {most['index']:.0f} against 100 in the middle of the band; "
        f"of {count_of(len(held), 'book')} {heavy} {'is' if heavy == 1 else 'are'} heavy and "
        f"{light} light"
    )


def unassigned(rows: pl.DataFrame, days: int, *, currency: str) -> str:
    """How much nobody looks after; over the columns of ``queries.coverage.UNASSIGNED``."""
    if rows.is_empty():
        return "No customer is without a CSM"
    arr = Unit.MONEY.text(total(rows["arr"]), currency=currency)
    due = int(rows["renewals_due"].sum())
    verb = "has" if len(rows) == 1 else "have"
    return (
        f"{count_of(len(rows), 'customer')} with {arr} {verb} no CSM; "
        f"{count_of(due, 'renewal')} due within {days} days"
    )


def moved(before: pl.DataFrame, after: pl.DataFrame, moves: int) -> str:
    """What moves do to the spread of loads; over ``metrics.capacity.loads`` twice."""
    if not moves:
        return "No load changes: choose who gives, what, and who gets it"
    ends = [
        (max(loads), min(loads)) if loads else (0.0, 0.0)
        for loads in (
            frame.filter(pl.col("customers") > 0)["index"].to_list() for frame in (before, after)
        )
    ]
    (was_high, was_low), (high, low) = ends
    return (
        f"{count_of(moves, 'move')}: loads go from {was_low:.0f} to {was_high:.0f} before, and "
        f"from {low:.0f} to {high:.0f} after"
    )


def planned(number: int) -> str:
    """How many moves stand in the form."""
    return f"{count_of(number, 'move')} planned" if number else "No move is planned yet"


def moves(rows: pl.DataFrame, *, currency: str) -> str:
    """How much is moved, and how much no longer can be; over the table of moves."""
    apply = rows.filter(pl.col("no_longer") == "")
    lost = len(rows) - len(apply)
    accounts = apply["account_id"].n_unique()
    arr = apply.unique("account_id")["arr"].sum()
    said = (
        f"{count_of(accounts, 'account')} with {Unit.MONEY.text(arr, currency=currency)} "
        f"{'changes' if accounts == 1 else 'change'} hands"
    )
    if not lost:
        return said
    return f"{said}; {count_of(lost, 'move')} no longer {'applies' if lost == 1 else 'apply'}"

"""What the triggers say."""

from decimal import Decimal

import polars as pl

from dashboard.formats import Unit, count_of
from dashboard.metrics import total


def _once(rows: pl.DataFrame) -> tuple[int, Decimal]:
    """Accounts and their ARR, each counted once."""
    accounts = rows.unique("account_id")
    return len(accounts), Decimal(accounts["arr"].sum() or 0)


def fired(rows: pl.DataFrame, drawn: pl.DataFrame, *, currency: str) -> str:
    """How many a trigger fires on, and which most; ``FIRED`` and what the chart draws."""
    apart = int(drawn.filter(pl.col("finding") == "not judged")["customers"].sum())
    if rows.is_empty():
        judged = f"; {apart:,} times a trigger could not judge" if apart else ""
        return f"No trigger fires on any customer{judged}"
    number, arr = _once(rows)
    most = rows.group_by("category").len().sort("len", "category", descending=[True, False])
    category, times = most.row(0)
    return (
        f"At least one trigger fires on {count_of(number, 'customer')} with "
        f"{Unit.MONEY.text(arr, currency=currency)}; most often {category}, {times:,} times"
    )


def found(rows: pl.DataFrame) -> str:
    """The customer that most triggers fire on; over the columns of ``queries.triggers.FIRED``."""
    if rows.is_empty():
        return "No trigger fires on any customer"
    counted = rows.group_by("account_id", "account_name").agg(pl.len(), pl.col("arr").first())
    several = len(counted.filter(pl.col("len") > 1))
    most = counted.sort(
        "len", "arr", "account_id", descending=[True, True, False], nulls_last=True
    ).row(0, named=True)
    return (
        f"{count_of(several, 'customer')} {'has' if several == 1 else 'have'} more than one "
        f"trigger; {most['account_name']} has {most['len']}"
    )


def not_registered(rows: pl.DataFrame, *, currency: str) -> str:
    """What fires and nobody follows; over the columns of ``NOT_REGISTERED``."""
    if rows.is_empty():
        return "No trigger fires that the register does not know"
    number, arr = _once(rows)
    return (
        f"{count_of(len(rows), 'finding')} of the triggers "
        f"{'is' if len(rows) == 1 else 'are'} not in the register: "
        f"{count_of(number, 'customer')} with {Unit.MONEY.text(arr, currency=currency)}"
    )


def no_longer(rows: pl.DataFrame, *, currency: str) -> str:
    """What a rule opened and no trigger confirms; over the columns of ``NO_LONGER``."""
    if rows.is_empty():
        return "No open risk of a rule is without its trigger"
    arr = Unit.MONEY.text(total(rows["arr_counted"]), currency=currency)
    fine = len(rows.filter(pl.col("why") == "does not fire"))
    return (
        f"{count_of(len(rows), 'open risk')} that a rule opened "
        f"{'has' if len(rows) == 1 else 'have'} no trigger behind "
        f"{'it' if len(rows) == 1 else 'them'} any more, {fine:,} because it does not fire: {arr}"
    )

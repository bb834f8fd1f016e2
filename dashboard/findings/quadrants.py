"""What outcomes against experience say."""

import polars as pl

from dashboard.formats import Unit, count_of


def totals(rows: pl.DataFrame, *, currency: str) -> str:
    """How much only looks well; over the columns of ``queries.quadrants.TOTALS``."""
    placed = rows.filter(pl.col("quadrant") != "not placed")
    found = placed.filter(quadrant="false green")
    if placed.is_empty():
        return "No customer has both an outcomes and an experience score"
    everyone = int(placed["accounts"].sum())
    if found.is_empty():
        return f"No false green among {count_of(everyone, 'customer')}"
    number = int(found["accounts"][0])
    arr = Unit.MONEY.text(found["arr"][0], currency=currency)
    looks = "looks well and is" if number == 1 else "look well and are"
    return f"{number:,} of {count_of(everyone, 'customer')} ({arr}) {looks} not: false green"


def places(rows: pl.DataFrame) -> str:
    """How often the halves disagree; over the columns of ``queries.quadrants.CUSTOMERS``."""
    apart = rows.filter(pl.col("quadrant").is_in(["false green", "poor experience"]))
    if rows.is_empty():
        return "No customer has both an outcomes and an experience score"
    return (
        f"Outcomes and experience disagree for {len(apart):,} of {count_of(len(rows), 'customer')}"
    )


def false_greens(rows: pl.DataFrame, *, currency: str) -> str:
    """The largest false green; over the columns of ``queries.quadrants.CUSTOMERS``."""
    if rows.is_empty():
        return "No customer is a false green"
    first = rows.row(0, named=True)
    arr = Unit.MONEY.text(first["arr"], currency=currency)
    return (
        f"{first['account_name']} ({arr}) is the largest false green: experience "
        f"{first['experience']:.0f}, outcomes {first['outcomes']:.0f}"
    )

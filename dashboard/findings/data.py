"""Titles of what was loaded, refused, broken and not known by name."""

import polars as pl

from dashboard.formats import count_of


def tables(found: pl.DataFrame) -> str:
    """How many tables hold rows, over ``queries.data.TABLES``."""
    loaded = found.filter(pl.col("is_loaded"))
    return (
        f"{len(loaded)} of {count_of(len(found), 'table')} are loaded, "
        f"{count_of(int(loaded['loaded_rows'].sum()), 'row')}"
    )


def broken_rules(broken: pl.DataFrame) -> str:
    """How many loaded rows break a rule, over ``queries.data.BROKEN_RULES``."""
    number = int(broken["broken_rows"].sum())
    verb = "breaks" if number == 1 else "break"
    return f"{count_of(number, 'loaded row')} {verb} {count_of(len(broken), 'rule')}"


def notices(found: pl.DataFrame) -> str:
    """How many rows are worth knowing of, over ``queries.data.NOTICES``."""
    rows = count_of(int(found["noticed_rows"].sum()), "row")
    return f"{rows} in {count_of(len(found), 'notice')} break no rule, but change what numbers mean"


def refused(refused_rows: pl.DataFrame) -> str:
    """How many rows were refused, over ``queries.data.QUARANTINE``."""
    number = int(refused_rows["refused_rows"].sum())
    return f"{count_of(number, 'row')} {'was' if number == 1 else 'were'} refused on import"


def rows_shown(rows: pl.DataFrame, in_all: str, what: str) -> str:
    """How many of the rows are listed: all, or the largest; ``in_all`` names the column."""
    number = int(rows[in_all][0])
    if number > len(rows):
        return f"The {len(rows):,} largest of {number:,} rows that {what}"
    return f"{'The row' if number == 1 else f'All {number:,} rows'} that {what}"


def beyond(rows: pl.DataFrame, in_all: str) -> int:
    """Rows that are not listed."""
    return 0 if rows.is_empty() else int(rows[in_all][0]) - len(rows)


def without_rate(amounts: pl.DataFrame) -> str:
    """How many amounts no sum holds, over ``queries.accounts.WITHOUT_RATE``."""
    return f"{count_of(int(amounts['amounts'].sum()), 'amount')} without an exchange rate"


def unmapped(values: pl.DataFrame) -> str:
    """How many words nothing knows, over ``queries.data.UNMAPPED_VALUES``."""
    rows = int(values["unmapped_rows"].sum())
    verb = "bears" if rows == 1 else "bear"
    return f"{count_of(rows, 'row')} {verb} {count_of(len(values), 'unmapped value')}"

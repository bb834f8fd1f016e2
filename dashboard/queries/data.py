"""Data: what was loaded, how old it is, and what was refused."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.base import Warehouse

TABLES = columns(
    table_name=pl.String,
    is_loaded=pl.Boolean,
    loaded_rows=pl.Int64,
    quarantined_rows=pl.Int64,
    freshest_on=pl.Date,
)


def tables(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Tables of the contract with their size and age.

    Grain
    -----
    One row per table.

    Columns
    -------
    table_name : String
        Table.
    is_loaded : Boolean
        Whether the company loaded it.
    loaded_rows : Int64
        Rows that count.
    quarantined_rows : Int64
        Rows refused on import.
    freshest_on : Date
        Latest day any row speaks of.

    Source
    ------
    ``sql/data/tables.sql`` over loaded_tables.
    """
    return warehouse.fetch("data/tables", schema=TABLES, scope=scope, filters=filters)


QUARANTINE = columns(
    table_name=pl.String,
    column_name=pl.String,
    rule=pl.String,
    refused_rows=pl.Int64,
    arr=MONEY,
)


def quarantine(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Rows refused on import, for viewers who see every account.

    Grain
    -----
    Table x column x rule.

    Columns
    -------
    table_name : String
        Table.
    column_name : String
        Column; null where the rule is about the row.
    rule : String
        Rule broken.
    refused_rows : Int64
        Rows.
    arr : Decimal
        ARR they touch, in their own currencies.

    Source
    ------
    ``sql/data/quarantine.sql`` over quarantine.
    """
    return warehouse.fetch("data/quarantine", schema=QUARANTINE, scope=scope, filters=filters)


BROKEN_RULES = columns(
    table_name=pl.String,
    rule=pl.String,
    broken_rows=pl.Int64,
    accounts=pl.Int64,
    arr=MONEY,
)


def broken_rules(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Rules that loaded rows break, for viewers who see every account.

    Grain
    -----
    Table x rule.

    Columns
    -------
    table_name : String
        Table.
    rule : String
        Rule broken.
    broken_rows : Int64
        Rows.
    accounts : Int64
        Accounts concerned.
    arr : Decimal
        ARR they touch, in their own currencies.

    Source
    ------
    ``sql/data/broken_rules.sql`` over broken_rules.
    """
    return warehouse.fetch("data/broken_rules", schema=BROKEN_RULES, scope=scope, filters=filters)

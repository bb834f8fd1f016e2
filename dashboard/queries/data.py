"""Data: what was loaded, how old it is, what was refused, and what nothing knows by name."""

import polars as pl

from dashboard.access import Scope
from dashboard.filters import Filters
from dashboard.queries.accounts import ALL
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


NOTICES = columns(
    notice=pl.String,
    noticed_rows=pl.Int64,
    accounts=pl.Int64,
    arr=MONEY,
)


def notices(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """What breaks no rule but changes what a number means, for viewers who see every account.

    Grain
    -----
    One row per notice.

    Columns
    -------
    notice : String
        What was noticed, by its name in ``sql/notices``.
    noticed_rows : Int64
        Rows it is about.
    accounts : Int64
        Accounts of those rows.
    arr : Decimal
        ARR of those rows, in their own currencies; null where they have none.

    Source
    ------
    ``sql/data/notices.sql`` over notices.
    """
    return warehouse.fetch("data/notices", schema=NOTICES, scope=scope, filters=filters)


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


BROKEN_ROWS = columns(
    table_name=pl.String,
    rule=pl.String,
    row_key=pl.String,
    account_id=pl.String,
    account_name=pl.String,
    column_name=pl.String,
    value=pl.String,
    arr=MONEY,
    broken_rows=pl.Int64,
)


def broken_rows(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, most: int = ALL
) -> pl.DataFrame:
    """Loaded rows that break a rule, the largest ARR first, for viewers who see every account.

    Grain
    -----
    Row x rule.

    Columns
    -------
    table_name : String
        Table.
    rule : String
        Rule broken.
    row_key : String
        Key of the row; null where the rule is about an account.
    account_id : String
        Account concerned; null where there is none.
    account_name : String
        Its name.
    column_name : String
        Column; null where the rule is about several.
    value : String
        What stands there.
    arr : Decimal
        ARR it touches, in its own currency.
    broken_rows : Int64
        Rows in all, those beyond ``most`` included.

    Source
    ------
    ``sql/data/broken_rows.sql`` over broken_rules, accounts.
    """
    return warehouse.fetch(
        "data/broken_rows", schema=BROKEN_ROWS, scope=scope, filters=filters, most=most
    )


REFUSED_ROWS = columns(
    table_name=pl.String,
    file=pl.String,
    row_number=pl.Int64,
    row_key=pl.String,
    column_name=pl.String,
    rule=pl.String,
    value=pl.String,
    arr=MONEY,
    refused_rows=pl.Int64,
)


def refused_rows(
    warehouse: Warehouse, scope: Scope, filters: Filters, *, most: int = ALL
) -> pl.DataFrame:
    """Rows refused on import, the largest ARR first, for viewers who see every account.

    Grain
    -----
    Row x rule it broke.

    Columns
    -------
    table_name : String
        Table.
    file : String
        File the row came in.
    row_number : Int64
        Its line there.
    row_key : String
        Its key, where it has one.
    column_name : String
        Column; null where the rule is about the row.
    rule : String
        Rule broken.
    value : String
        What stood there.
    arr : Decimal
        ARR it touches, in its own currency.
    refused_rows : Int64
        Rows in all, those beyond ``most`` included.

    Source
    ------
    ``sql/data/refused_rows.sql`` over quarantine.
    """
    return warehouse.fetch(
        "data/refused_rows", schema=REFUSED_ROWS, scope=scope, filters=filters, most=most
    )


UNMAPPED_VALUES = columns(
    table_name=pl.String,
    column_name=pl.String,
    value=pl.String,
    unmapped_rows=pl.Int64,
    accounts=pl.Int64,
    amount=MONEY,
    without_amount=pl.Int64,
)


def unmapped_values(warehouse: Warehouse, scope: Scope, filters: Filters) -> pl.DataFrame:
    """Stages, segments and categories that no setting and no page knows by name.

    Grain
    -----
    Table x column x value.

    Columns
    -------
    table_name : String
        Table.
    column_name : String
        Column.
    value : String
        The company's word; null where a customer has none.
    unmapped_rows : Int64
        Customers, open opportunities, open renewals or open risks that bear it.
    accounts : Int64
        Accounts among them; an opportunity without an account is no account.
    amount : Decimal
        Their ARR, amount or ARR due in the reporting currency; an account with several risks
        counts for each.
    without_amount : Int64
        Rows without an amount or a rate.

    Source
    ------
    ``sql/data/unmapped_values.sql`` over accounts, opportunities, renewals, risks.
    """
    return warehouse.fetch(
        "data/unmapped_values", schema=UNMAPPED_VALUES, scope=scope, filters=filters
    )

"""Rules of single rows, derived from the contract's columns, as SQL over a table's rows.

The same rules read rows just staged from a file, which know their row and the text that could not
be read, and the rows of a finished warehouse, which do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dashboard.contract import Column, Table

EARLIEST: Final = date(1990, 1, 1)
YEARS_AHEAD: Final = 20
CALENDARS: Final = frozenset({"fiscal_periods"})
"""Tables that name days without dating anything by them; the derived one reaches further ahead."""

VALUE_KEPT: Final = 500
"""Characters of a broken value that are kept beside its row."""

_NUMERIC: Final = frozenset({"decimal", "integer", "double"})
_NOT_FINITE: Final = "regexp_full_match({0}, '\\s*[+-]?(?i:nan|inf|infinity)\\s*')"

ACCOUNT_ARR: Final = """
select
    account_id,
    case when min(coalesce(currency, '')) = max(coalesce(currency, '')) then sum(arr) end as arr
from {subscriptions}
where starts_on <= date '{as_of}' and (ends_on is null or ends_on > date '{as_of}')
group by account_id
"""
ACCOUNT_ARR_BY_MOVEMENTS: Final = """
select
    account_id,
    case when min(coalesce(currency, '')) = max(coalesce(currency, '')) then sum(amount) end as arr
from {arr_movements}
where effective_on <= date '{as_of}'
group by account_id
"""

_BROKEN: Final = """
select
    '{table}' as table_name,
    {row_number} as row_number,
    {row_key} as row_key,
    {column} as column_name,
    '{rule}' as rule,
    left({value}, {value_kept}) as value,
    {account} as account_id,
    coalesce({money}, account_arr.arr) as arr,
    {money} is null as is_account_arr
from {rows} as checked
left join {account_arr} as account_arr on {account} = account_arr.account_id
where {predicate}
"""
_REPEATED: Final = """(
select
    every.*,
    row_number() over (partition by {every_key} order by {row}) as place
from {rows} as every
semi join (
    select {key} from {rows} where {given} group by all having count(*) > 1
) as repeated on {same}
)"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table to be checked.

    Attributes
    ----------
    relation
        SQL name of the rows.
    staged
        Whether they come from a file: they then have ``row_number`` and ``unread_COLUMN``.
    account_arr
        SQL of each account's ARR on the as-of date.
    """

    table: Table
    relation: str
    staged: bool
    account_arr: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one column: rows for which ``predicate`` is true break it."""

    name: str
    column: Column
    value: str
    predicate: str


def last_day(as_of: date) -> date:
    """The last day that a date may name."""
    year = as_of.year + YEARS_AHEAD
    is_leap_day = (as_of.month, as_of.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day and year % 4 else as_of.replace(year=year)


def column_rules(table: Table, *, staged: bool, as_of: date) -> Iterator[Rule]:
    """Every rule of a table's single values."""
    for column in table.columns:
        name = f"checked.{column.name}"
        text = f"cast({name} as varchar)"
        if staged and column.kind != "text":
            yield from _unread_rules(column)
        if column.required:
            unread = f" and checked.unread_{column.name} is null"
            empty = f"coalesce({text}, '') = ''"
            yield Rule(
                "required",
                column,
                text,
                empty + (unread if staged and column.kind != "text" else ""),
            )
        if column.vocabulary:
            words = ", ".join(f"'{word}'" for word in column.vocabulary)
            yield Rule("vocabulary", column, text, f"{name} not in ({words})")
        if column.kind == "double" and not staged:
            yield Rule("not_finite", column, text, f"not isfinite({name})")
        if outside := _outside(column, name):
            yield Rule("range", column, text, outside)
        if column.kind in {"date", "timestamp"} and table.name not in CALENDARS:
            days = f"cast({name} as date)"
            bounds = f"date '{EARLIEST}' and date '{last_day(as_of)}'"
            yield Rule("date_out_of_bounds", column, text, f"{days} not between {bounds}")


def any_broken(rules: list[Rule]) -> str:
    """SQL that is true of the rows that break at least one of the rules."""
    return " or ".join(f"({rule.predicate})" for rule in rules)


def broken(rule: Rule, rows: Rows) -> str:
    """A query of the rows that break a rule."""
    return _broken(rows, rule.name, rule.column.name, value=rule.value, predicate=rule.predicate)


def repeated_keys(rows: Rows) -> str:
    """A query of the second and later rows that bear the same key."""
    key = rows.table.key
    required = [name for name in key if rows.table.column(name).required]
    repeated = _REPEATED.format(
        key=", ".join(key),
        every_key=", ".join(f"every.{name}" for name in key),
        rows=rows.relation,
        row="every.row_number" if rows.staged else "every.rowid",
        given=" and ".join(f"{name} is not null" for name in required),
        same=" and ".join(f"every.{name} is not distinct from repeated.{name}" for name in key),
    )
    return _broken(
        rows,
        "key_repeated",
        key[0],
        value=row_key(rows.table),
        predicate="place > 1",
        relation=repeated,
    )


def missing_references(
    rows: Rows,
    column: Column,
    parent: Table,
    parents: str,
    rule: Literal["reference_missing", "refers_to_left_out"] = "reference_missing",
) -> str:
    """A query of the rows whose ``column`` names no row of ``parents``."""
    name = f"checked.{column.name}"
    missing = (
        f"{name} is not null and not exists (select 1 from {parents} as parent"  # noqa: S608
        f" where parent.{parent.key[0]} = {name})"
    )
    return _broken(rows, rule, column.name, value=name, predicate=missing)


def row_key(table: Table, rows: str = "checked") -> str:
    """SQL of a row's key as text."""
    return " || ' | ' || ".join(
        f"coalesce(cast({rows}.{name} as varchar), '')" for name in table.key
    )


def _broken(
    rows: Rows, rule: str, column: str, *, value: str, predicate: str, relation: str = ""
) -> str:
    table = rows.table
    money = next((f"checked.{each.name}" for each in table.columns if each.money), None)
    return _BROKEN.format(
        table=table.name,
        row_number="checked.row_number" if rows.staged else "cast(null as bigint)",
        row_key=row_key(table),
        column=f"'{column}'",
        rule=rule,
        value=value,
        value_kept=VALUE_KEPT,
        account="checked.account_id" if table.has("account_id") else "cast(null as varchar)",
        money=money or "cast(null as decimal(18, 2))",
        rows=relation or rows.relation,
        account_arr=rows.account_arr,
        predicate=predicate,
    )


def _unread_rules(column: Column) -> Iterator[Rule]:
    unread = f"checked.unread_{column.name}"
    known = f"{unread} is not null"
    not_finite = _NOT_FINITE.format(unread)
    if column.kind not in _NUMERIC:
        yield Rule("unreadable", column, unread, known)
        return
    yield Rule("not_finite", column, unread, f"{known} and {not_finite}")
    if column.money:
        read = f"checked.{column.name} is not null"
        yield Rule("money_decimals", column, unread, f"{known} and {read}")
        known = f"{known} and not {read}"
    yield Rule("unreadable", column, unread, f"{known} and not {not_finite}")


def _outside(column: Column, name: str) -> str:
    bounds = []
    if column.least is not None:
        bounds.append(f"{name} {'<=' if column.least_excluded else '<'} {column.least}")
    if column.most is not None:
        bounds.append(f"{name} > {column.most}")
    finite = f"isfinite({name}) and " if bounds and column.kind == "double" else ""
    return f"{finite}({' or '.join(bounds)})" if bounds else ""

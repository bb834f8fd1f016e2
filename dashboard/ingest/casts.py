"""Reading a file's column as a contract column's type, as SQL over the embedded engine.

What is accepted as text: dates as ``YYYY-MM-DD`` (midnight may follow, as spreadsheets write it),
timestamps in ISO 8601, in UTC where they name no zone, decimals without thousand separators,
booleans as true, false, yes, no, 1 or 0 in any case. Money may carry more than two decimals only
where the rest is zero; a binary double within a millionth of a whole cent counts as that cent.
"""

from dataclasses import dataclass
from typing import Final

from dashboard.contract import Column

# Braces are doubled because the patterns pass through str.format with their templates.
_DAY: Final = r"\d{{4}}-\d{{2}}-\d{{2}}"
_MIDNIGHT: Final = r"([ T]00:00(:00(\.0+)?)?)?"
_TIME: Final = r"([ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)? ?(Z|UTC|[+-]\d{{2}}(:?\d{{2}})?)?)?"

_AS_TEXT: Final = {
    "date": (
        f"case when regexp_full_match({{x}}, '{_DAY}{_MIDNIGHT}')"
        " then try_cast(left({x}, 10) as date) end"
    ),
    "timestamp": (
        f"case when regexp_full_match({{x}}, '{_DAY}{_TIME}')"
        " then timezone('UTC', try_cast({x} as timestamptz)) end"
    ),
    # The engine reads 1_000 as a thousand; a person does not.
    "decimal": "case when not contains({x}, '_') then try_cast({x} as {type}) end",
    "integer": (
        "case when not contains({x}, '_')"
        " and try_cast({x} as decimal(38, 9)) = trunc(try_cast({x} as decimal(38, 9)))"
        " then try_cast(try_cast({x} as decimal(38, 9)) as integer) end"
    ),
    "double": (
        "case when not contains({x}, '_') and isfinite(try_cast({x} as double))"
        " then try_cast({x} as double) end"
    ),
    "boolean": (
        "case when lower(trim({x})) in ('true', 'yes', '1', '1.0') then true"
        " when lower(trim({x})) in ('false', 'no', '0', '0.0') then false end"
    ),
}

_NATIVE: Final = {
    ("date", "DATE"): "{c}",
    ("date", "TIMESTAMP"): "case when {c} = date_trunc('day', {c}) then cast({c} as date) end",
    ("date", "TIMESTAMP WITH TIME ZONE"): (
        "case when timezone('UTC', {c}) = date_trunc('day', timezone('UTC', {c}))"
        " then cast(timezone('UTC', {c}) as date) end"
    ),
    ("timestamp", "DATE"): "cast({c} as timestamp)",
    ("timestamp", "TIMESTAMP"): "cast({c} as timestamp)",
    ("timestamp", "TIMESTAMP WITH TIME ZONE"): "timezone('UTC', {c})",
    ("decimal", "DOUBLE"): "try_cast({c} as {type})",
    ("decimal", "DECIMAL"): "try_cast({c} as {type})",
    ("integer", "INTEGER"): "{c}",
    ("double", "DOUBLE"): "case when isfinite({c}) then {c} end",
    ("boolean", "BOOLEAN"): "{c}",
}
"""What needs no way over text, by the contract's kind and the file's type."""

_FINER: Final = {
    "DOUBLE": "abs({c} - round({c}, 2)) > 0.000001",
    "DECIMAL": "{c} <> try_cast({c} as {type})",
}
_FINER_AS_TEXT: Final = "try_cast({x} as decimal(38, 18)) <> try_cast({x} as {type})"

_UNREADABLE: Final = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT", "GEOMETRY")


@dataclass(frozen=True, slots=True)
class Reading:
    """SQL of a value, and of the text that could not be read where there is such.

    Money with more than two decimals has both: a value, rounded, and the text it came from.
    """

    value: str
    unread: str | None


def is_readable(source_type: str) -> bool:
    """Whether a contract column can be read from a column of that type at all."""
    return not source_type.startswith(_UNREADABLE) and not source_type.endswith("]")


def reading(column: Column, source: str, source_type: str) -> Reading:
    """How ``source``, an SQL name of the given type, is read as a contract column."""
    text = f"nullif(cast({source} as varchar), '')"
    if column.kind == "text":
        return Reading(text, None)
    family = source_type.partition("(")[0]
    if family.startswith("TIMESTAMP_"):
        family = "TIMESTAMP"
    template = _NATIVE.get((column.kind, family), _AS_TEXT[column.kind])
    value = template.format(c=source, x=text, type=column.sql_type)
    broken = f"({value}) is null"
    if column.money:
        finer = _FINER.get(family, _FINER_AS_TEXT)
        broken = f"({broken} or {finer.format(c=source, x=text, type=column.sql_type)})"
    return Reading(value, f"case when {text} is not null and {broken} then {text} end")


def absent(column: Column) -> Reading:
    """How a column that the file does not have is read: empty in every row."""
    unread = None if column.kind == "text" else "cast(null as varchar)"
    return Reading(f"cast(null as {column.sql_type})", unread)

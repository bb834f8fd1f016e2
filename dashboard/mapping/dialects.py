"""How text is read as a number, a moment or a day by each engine, as expressions.

All go over text: a source may be a CSV file or a typed table, and a binary float prints as the
decimal that was typed in. What does not have the written form is empty and told by the caller.
"""

from typing import Final, Literal, TypeVar

from sqlglot import exp

Dialect = Literal["duckdb", "snowflake", "postgres"]
Node = TypeVar("Node", bound=exp.Expr)
DIALECTS: Final = ("duckdb", "snowflake", "postgres")

_NUMBER: Final = r"^[+-]?([0-9]{1,22}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
_WHOLE: Final = r"^[+-]?[0-9]{1,9}([.]0*)?$"
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_NAIVE: Final = f"^{_CLOCK}$"
_ZONED: Final = f"^{_CLOCK} ?(Z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$"

RESERVED: Final = frozenset(
    [
        "account",
        "all",
        "and",
        "any",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "cast",
        "check",
        "column",
        "connect",
        "constraint",
        "create",
        "current",
        "database",
        "default",
        "delete",
        "desc",
        "distinct",
        "drop",
        "else",
        "end",
        "exists",
        "false",
        "following",
        "for",
        "from",
        "full",
        "grant",
        "group",
        "having",
        "identifier",
        "if",
        "in",
        "increment",
        "index",
        "inner",
        "insert",
        "intersect",
        "into",
        "is",
        "issue",
        "join",
        "lateral",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "minus",
        "natural",
        "not",
        "null",
        "of",
        "offset",
        "on",
        "or",
        "order",
        "organization",
        "qualify",
        "references",
        "regexp",
        "revoke",
        "right",
        "rlike",
        "row",
        "rows",
        "sample",
        "schema",
        "select",
        "set",
        "some",
        "start",
        "table",
        "tablesample",
        "then",
        "timestamp",
        "to",
        "trigger",
        "true",
        "try_cast",
        "union",
        "unique",
        "update",
        "user",
        "using",
        "values",
        "view",
        "when",
        "whenever",
        "where",
        "window",
        "with",
    ]
)
"""Words that some engine does not take as a name unless they are quoted."""


def identifier(name: str, dialect: Dialect) -> exp.Identifier:
    """A name of the source: in the engine's own case where it is plain, as written where not."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    if not plain:
        return exp.to_identifier(name, quoted=True)
    if name.lower() not in RESERVED:
        return exp.to_identifier(name, quoted=False)
    folded = name.upper() if dialect == "snowflake" else name.lower()
    return exp.to_identifier(folded, quoted=True)


def in_dialect(parsed: Node, dialect: Dialect) -> Node:
    """SQL of a mapping with its plain names as the engine folds them."""
    copy = parsed.copy()
    for node in list(copy.find_all(exp.Identifier)):
        node.replace(identifier(node.name, dialect))
    return copy


def text(value: exp.Expr) -> exp.Expr:
    """A value as text; an empty text is no value."""
    return exp.Nullif(this=exp.cast(value, "varchar"), expression=exp.Literal.string(""))


def matches(value: exp.Expr, pattern: str) -> exp.Expr:
    """Whether a text has a form from its first letter to its last."""
    return exp.RegexpLike(this=value, expression=exp.Literal.string(pattern))


def when(condition: exp.Expr, then: exp.Expr) -> exp.Case:
    """A value under a condition, else nothing."""
    return exp.Case().when(condition, then)


def number(value: exp.Expr, sql_type: str) -> exp.Expr:
    """A text as a decimal number."""
    return when(matches(value, _NUMBER), _try_cast(value, sql_type))


def whole(value: exp.Expr) -> exp.Expr:
    """A text as a whole number."""
    return when(matches(value, _WHOLE), exp.cast(_try_cast(value, "decimal(20, 6)"), "integer"))


def truth(value: exp.Expr) -> exp.Expr:
    """A text as true or false."""
    lower = exp.Lower(this=value)
    yes = [exp.Literal.string(word) for word in ("true", "t", "yes", "y", "1", "1.0")]
    no = [exp.Literal.string(word) for word in ("false", "f", "no", "n", "0", "0.0")]
    return (
        exp.Case()
        .when(exp.In(this=lower, expressions=yes), exp.true())
        .when(exp.In(this=lower.copy(), expressions=no), exp.false())
    )


def moment(value: exp.Expr, times_in: str, dialect: Dialect) -> exp.Expr:
    """A text as a moment in UTC; where it names no zone, it is in ``times_in``."""
    naive, zoned = _try_cast(value, "timestamp"), _try_cast(value, "timestamptz")
    if dialect == "snowflake":
        utc = exp.Literal.string("UTC")
        zoned = exp.cast(_call("CONVERT_TIMEZONE", utc, zoned), "timestamp")
    else:
        zoned = _at(zoned, "UTC")
    naive = moved(naive, times_in, "UTC", dialect)
    return (
        exp.Case()
        .when(matches(value, _ZONED), zoned)
        .when(exp.or_(matches(value, _NAIVE), matches(value, _DAY)), naive)
    )


def day(value: exp.Expr, times_in: str, zone: str, dialect: Dialect) -> exp.Expr:
    """A text as a day: of a moment the day it is in ``zone``, of a date the date."""
    local = moved(moment(value, times_in, dialect), "UTC", zone, dialect)
    return (
        exp.Case()
        .when(matches(value, _DAY), _try_cast(value, "date"))
        .else_(exp.cast(local, "date"))
    )


def written_day(value: exp.Expr) -> exp.Expr:
    """A text as the day it begins with, whatever zone follows."""
    first = exp.Left(this=value, expression=exp.Literal.number(10))
    return when(matches(first, _DAY), _try_cast(first.copy(), "date"))


def moved(value: exp.Expr, zone: str, to: str, dialect: Dialect) -> exp.Expr:
    """A time of one zone as the time of another."""
    if zone == to:
        return value
    if dialect == "snowflake":
        zones = (exp.Literal.string(each) for each in (zone, to))
        return _call("CONVERT_TIMEZONE", *zones, value)
    return _at(_at(value, zone), to)


def _at(value: exp.Expr, zone: str) -> exp.Expr:
    return exp.AtTimeZone(this=exp.paren(value), zone=exp.Literal.string(zone))


def _call(name: str, *values: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[value.copy() for value in values])


def _try_cast(value: exp.Expr, sql_type: str) -> exp.Expr:
    # Snowflake tries casts of text only, and says so of anything that is not seen to be text.
    seen = exp.cast(value.copy(), "varchar")
    return exp.TryCast(this=seen, to=exp.DataType.build(sql_type, dialect="duckdb"))

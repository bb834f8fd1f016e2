"""A question in PostgreSQL's words: sqlglot translates it, and what it leaves is kept here.

The files in ``sql/`` are written in what Snowflake and DuckDB have in common. Each whole text is
read as Snowflake's and written as PostgreSQL's, once for each process. Every rewrite below stands
for something that PostgreSQL 15 lacks or understands otherwise, and says what.
"""

from functools import cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.generator import Generator
from sqlglot.generators.postgres import PostgresGenerator

_NUMBER: Final = "^ *[+-]?[0-9]{1,15}([.][0-9]*)? *$"
"""What can be cast to any number of the contract without an error."""


@cache
def in_postgresql(text: str) -> str:
    """The statement for PostgreSQL, its parameters still ``:name``."""
    read = sqlglot.parse_one(text, read="snowflake").transform(_without_qualify)
    return read.sql(dialect=Translated, comments=False, pretty=True)


def _without_qualify(node: exp.Expr) -> exp.Expr:
    """``qualify`` is missing: its condition becomes a column of a query in between.

    sqlglot does the same, and loses the tables that the condition names.
    """
    if not isinstance(node, exp.Select) or "qualify" not in node.args or node.is_star:
        return node
    inner = node.copy()
    qualify, order, ways = (inner.args.pop(part, None) for part in ("qualify", "order", "with_"))
    by_name = {each.alias: each.this for each in inner.selects if isinstance(each, exp.Alias)}

    def resolved(part: exp.Expr) -> exp.Expr:
        """A name of a window function that stands in the list of columns, as that function."""
        named = by_name.get(part.name) if isinstance(part, exp.Column) and not part.table else None
        return named.copy() if named is not None and named.find(exp.Window) else part

    names = [each.alias_or_name for each in inner.selects]
    inner.select(exp.alias_(qualify.this.transform(resolved), "is_kept"), copy=False)
    outer = exp.select(*names).from_(inner.subquery("qualified")).where("is_kept")
    outer.set("order", order)
    outer.set("with_", ways)
    return outer


def _placeholder(_: Generator, node: exp.Placeholder) -> str:
    """Kept for the binding that follows."""
    return f":{node.name}"


def _max_by(generator: Generator, node: exp.ArgMax) -> str:
    """``max_by`` is missing; like DuckDB's, this one passes over rows where either is null."""
    value, key = generator.sql(node, "this"), generator.sql(node, "expression")
    return (
        f"(ARRAY_AGG({value} ORDER BY {key} DESC)"
        f" FILTER (WHERE {value} IS NOT NULL AND {key} IS NOT NULL))[1]"
    )


def _any_value(generator: Generator, node: exp.AnyValue) -> str:
    """``any_value`` comes with PostgreSQL 16."""
    value = generator.sql(node, "this")
    return f"(ARRAY_AGG({value}) FILTER (WHERE {value} IS NOT NULL))[1]"


def _round(generator: Generator, node: exp.Round) -> str:
    """``round`` to places takes no double; a decimal one is what money and scores need anyway."""
    value, places = generator.sql(node, "this"), generator.sql(node, "decimals")
    return f"ROUND(CAST({value} AS DECIMAL), {places})" if places else f"ROUND({value})"


def _exp(generator: Generator, node: exp.Exp) -> str:
    """``exp`` fails where the others say 0: at what is too small for a double."""
    power = generator.sql(node, "this")
    return f"CASE WHEN {power} < -700 THEN 0 ELSE EXP({power}) END"


def _window(generator: Generator, node: exp.Window) -> str:
    """``last_value(x ignore nulls)``: of those collected so far, the one that was counted last."""
    if not (isinstance(node.this, exp.IgnoreNulls) and isinstance(node.this.this, exp.LastValue)):
        return generator.window_sql(node)
    value = generator.sql(node.this.this, "this")
    collected, counted = (
        generator.window_sql(_over(node, text))
        for text in (
            f"ARRAY_AGG({value}) FILTER (WHERE {value} IS NOT NULL)",
            f"COUNT({value})",
        )
    )
    return f"({collected})[{counted}]"


def _over(window: exp.Window, text: str) -> exp.Window:
    other = window.copy()
    other.set("this", exp.Var(this=text))
    return other


def _try_cast(generator: Generator, node: exp.TryCast) -> str:
    """``try_cast`` is missing: what cannot be cast is told by its look, before it is cast."""
    text, kind = generator.sql(node, "this"), generator.sql(node, "to")
    if node.to.is_type("date"):
        day = f"CAST(SUBSTR({text}, 9, 2) AS INT)"
        first = f"CAST(SUBSTR({text}, 1, 8) || '01' AS DATE)"
        last = f"EXTRACT(DAY FROM {first} + INTERVAL '1 MONTH' - INTERVAL '1 DAY')"
        return (
            f"CASE WHEN {text} ~ '^(?!0000)[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'"
            f" THEN CASE WHEN {day} <= {last} THEN {first} + ({day} - 1) END END"
        )
    return f"CASE WHEN {text} ~ '{_NUMBER}' THEN CAST({text} AS {kind}) END"


class Translated(Postgres):
    """PostgreSQL as sqlglot writes it, with the rewrites of this module."""

    class Generator(PostgresGenerator):
        """Writes what this module knows better."""

        TRANSFORMS = PostgresGenerator.TRANSFORMS | {
            exp.AnyValue: _any_value,
            exp.ArgMax: _max_by,
            exp.Exp: _exp,
            exp.Placeholder: _placeholder,
            exp.Round: _round,
            exp.TryCast: _try_cast,
            exp.Window: _window,
        }

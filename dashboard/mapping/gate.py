"""What SQL of a mapping may be: one SELECT or one expression, of functions that every engine knows.

It is written in the common subset of the warehouses, read as the embedded engine's dialect, and
printed anew for each of them: what stands in a file is never part of a statement as it is.
"""

from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECT: Final = "duckdb"
IDENTITIES: Final = "identities"
"""What a query joins to turn ids of its source into accounts: ``source_id``, ``account_id``."""

_BARRED: Final = (
    exp.Placeholder,
    exp.Parameter,
    exp.Into,
    exp.Lock,
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Lambda,
)


class GateError(ValueError):
    """SQL that a mapping may not hold; the message says why and what to do."""


def expression(text: str) -> exp.Expr:
    """One expression over the columns of a row.

    Raises
    ------
    GateError
        It is none, or more than that.
    """
    parsed = _one(text)
    if isinstance(parsed, exp.Query) or parsed.find(exp.Query, exp.AggFunc, exp.Window):
        raise GateError("is more than an expression over one row; write a query instead")
    return parsed


def query(text: str) -> exp.Query:
    """One SELECT over the source's tables.

    Raises
    ------
    GateError
        It is none, or reaches for something else.
    """
    parsed = _one(text)
    if not isinstance(parsed, exp.Query):
        raise GateError("is no SELECT; a query only reads")
    for table in parsed.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise GateError("reads from a function; name a table of the source")
        if table.args.get("db"):
            raise GateError(
                f"names the schema of {table.name}; the schema stands in source.yaml, once"
            )
    return parsed


def source_tables(parsed: exp.Query) -> list[exp.Table]:
    """Tables of the source that a query names: neither its own parts nor ``identities``."""
    own = {cte.alias.lower() for cte in parsed.find_all(exp.CTE)} | {IDENTITIES}
    return [table for table in parsed.find_all(exp.Table) if table.name.lower() not in own]


def uses_identities(parsed: exp.Query) -> bool:
    """Whether a query joins ``identities``."""
    return IDENTITIES in {table.name.lower() for table in parsed.find_all(exp.Table)}


def fault_of_expression(text: str) -> str:
    """Why an expression cannot be used, and what to do; empty where it can."""
    try:
        expression(text)
    except GateError as error:
        return str(error)
    return ""


def fault_of_query(text: str) -> str:
    """Why a query cannot be used, and what to do; empty where it can."""
    try:
        query(text)
    except GateError as error:
        return str(error)
    return ""


def _one(text: str) -> exp.Expr:
    try:
        parsed = [each for each in sqlglot.parse(text, read=DIALECT) if each is not None]
    except SqlglotError as error:
        raise GateError(f"is no SQL ({str(error).splitlines()[0]}); mend it") from error
    if len(parsed) != 1:
        raise GateError("is more than one statement; write one")
    for node in parsed[0].walk():
        if isinstance(node, exp.Anonymous):
            raise GateError(f"calls {node.name}, which not every warehouse knows; do without it")
        if isinstance(node, _BARRED):
            raise GateError(f"holds {node.sql(DIALECT)[:40]!r}; a mapping only reads")
    return parsed[0]

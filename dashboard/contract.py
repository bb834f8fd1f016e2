"""The data contract, read from its DDL: tables, columns, and the rules written beside each column.

``sql/contract/TABLE.sql`` is the single source of truth. A column is one line, and its comment may
start with rules in brackets::

    arr_due decimal(18, 2) not null, -- [money] [at least 0] ARR before the renewal.
    csm_id varchar, -- [ref team_members] Customer success manager today.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

SQL_ROOT: Final = Path(__file__).parent.parent / "sql"

Kind = Literal["text", "date", "timestamp", "decimal", "integer", "double", "boolean"]

_COLUMN: Final = re.compile(
    r"^    (?P<name>\w+) (?P<type>\w+(?:\(\d+, \d+\))?)(?P<required> not null)?,?"
    r" -- (?P<comment>.+)$"
)
_RULE: Final = re.compile(r"^\[([^\]]+)\]\s*")
_KINDS: Final[dict[str, Kind]] = {
    "varchar": "text",
    "date": "date",
    "timestamp": "timestamp",
    "decimal": "decimal",
    "integer": "integer",
    "double": "double",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract table with the rules a value must keep."""

    name: str
    sql_type: str
    required: bool
    comment: str
    key: bool = False
    references: str | None = None
    vocabulary: tuple[str, ...] = ()
    least: float | None = None
    least_excluded: bool = False
    most: float | None = None
    money: bool = False

    @property
    def kind(self) -> Kind:
        """What the column holds, whatever the precision."""
        return _KINDS[self.sql_type.split("(")[0]]


@dataclass(frozen=True, slots=True)
class Table:
    """One contract table: what a row is, and its columns in order."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    ddl: str

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that together name a row."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the table does not load."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column of that name; ``KeyError`` where there is none."""
        return next(column for column in self.columns if column.name == name)

    def has(self, name: str) -> bool:
        """Whether the table has a column of that name."""
        return any(column.name == name for column in self.columns)


class ContractSyntaxError(Exception):
    """A line of the contract's DDL that nobody could rely on."""


@cache
def tables() -> dict[str, Table]:
    """Every contract table by name, referenced tables before those that refer to them."""
    found = {path.stem: _table(path) for path in sorted((SQL_ROOT / "contract").glob("*.sql"))}
    ordered: dict[str, Table] = {}

    def place(name: str) -> None:
        if name in ordered:
            return
        for column in found[name].columns:
            if column.references and column.references != name:
                place(column.references)
        ordered[name] = found[name]

    for name in found:
        place(name)
    return ordered


def comments(table: Table) -> list[str]:
    """``comment on`` statements that carry the contract's words into the warehouse."""
    quoted = table.comment.replace("'", "''")
    statements = [f"comment on table {table.name} is '{quoted}'"]
    for column in table.columns:
        quoted = column.comment.replace("'", "''")
        statements.append(f"comment on column {table.name}.{column.name} is '{quoted}'")
    return statements


def _table(path: Path) -> Table:
    ddl = path.read_text(encoding="utf-8")
    first, *lines = ddl.splitlines()
    columns = tuple(_column(line, path) for line in lines if line.startswith("    "))
    return Table(path.stem, first.removeprefix("-- "), columns, ddl)


def _column(line: str, path: Path) -> Column:
    match = _COLUMN.match(line)
    if match is None:
        raise ContractSyntaxError(f"{path.name}: no column with a comment in {line.strip()!r}")
    comment, rules = match["comment"], []
    while found := _RULE.match(comment):
        rules.append(found[1])
        comment = comment[found.end() :]
    checks = [_check(rule) for rule in rules]
    if None in checks:
        raise ContractSyntaxError(f"{path.name}: an unknown rule among {rules} at {match['name']}")
    return replace(
        Column(match["name"], match["type"], match["required"] is not None, comment),
        **{name: value for check in checks if check for name, value in check.items()},
    )


def _check(rule: str) -> dict[str, Any] | None:  # noqa: PLR0911 -- one rule, one line
    """Fields of ``Column`` that a rule in brackets sets; ``None`` for a rule nobody knows."""
    words = rule.split()
    if rule in {"key", "money"}:
        return {rule: True}
    if words[0] == "ref":
        return {"references": words[1]}
    if rule.startswith("one of "):
        return {"vocabulary": tuple(rule.removeprefix("one of ").split(", "))}
    if rule.startswith("at least "):
        return {"least": float(words[2])}
    if rule.startswith("more than "):
        return {"least": float(words[2]), "least_excluded": True}
    if rule == "share":
        return {"least": 0.0, "most": 1.0}
    if re.fullmatch(r"[\d.]+ to [\d.]+", rule):
        return {"least": float(words[0]), "most": float(words[2])}
    return None

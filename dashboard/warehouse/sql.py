"""SQL files as questions: found by name, joined with the common tables they use, and bound.

A file starts with what one row is, and then says what it takes and needs::

    -- Renewals by quarter, one row per quarter and segment.
    -- Params: since date, until date.
    -- Uses: visible_accounts, account_health as health.
    -- Rests on: renewals.

Each name after ``Uses`` is a query of ``sql/shared/`` that goes in front as a common table
expression (under its alias), so that a rule such as who may see what stands in one file.
A common table may name, after ``Short form``, another that says the same where nothing is to be
derived on asking.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from dashboard.contract import SQL_ROOT

NOT_QUESTIONS: Final = frozenset(
    {
        "access",
        "contract",
        "checks",
        "derived",
        "marts",
        "notices",
        "postgresql",
        "shared",
        "snowflake",
    }
)
_HEADER: Final = re.compile(
    r"^-- (?P<field>Params|Uses|Short form|Rests on): (?P<value>.+?)\.?$", re.MULTILINE
)
FILTER_LISTS: Final = frozenset({"csm_ids", "member_ids", "regions", "segments"})
"""Lists that something is looked for in and never missed from: none and one of nobody are alike."""
NOBODYS: Final = "nobody's: 8f14e45f-ceea-467f-a9d4-2b1c3d5e6f70"
_NUMBERED: Final = DefaultDialect(paramstyle="numeric_dollar")
_PLACEHOLDER: Final = re.compile(r"(?<![:\w]):(\w+)")


class UnknownQuestionError(LookupError):
    """No SQL file of that name."""


@dataclass(frozen=True, slots=True)
class Question:
    """A SQL file, ready to be bound."""

    name: str
    text: str
    grain: str
    rests_on: tuple[str, ...]
    placeholders: frozenset[str]


@cache
def questions() -> tuple[str, ...]:
    """Names of all questions, ``subject/question``, sorted."""
    return tuple(
        f"{path.parent.name}/{path.stem}"
        for path in sorted(SQL_ROOT.glob("*/*.sql"))
        if path.parent.name not in NOT_QUESTIONS
    )


@cache
def read(name: str, *, short: bool = False) -> Question:
    """The question ``sql/NAME.sql`` with the common tables it uses in front.

    ``short`` takes each in its short form, which answers alike where nothing is to be derived.

    Raises
    ------
    UnknownQuestionError
        There is no such file.
    """
    path = SQL_ROOT / f"{name}.sql"
    if not path.is_file():
        raise UnknownQuestionError(f"There is no question {name!r}.")
    source = path.read_text(encoding="utf-8")
    shared: dict[str, str] = {}
    rests_on = list(_listed(source, "Rests on"))
    _collect(source, shared, rests_on, short=short)
    body = _body(source)
    if shared:
        front = ",\n\n".join(
            f"{alias} as (\n\n{_indented(text)}\n\n)" for alias, text in shared.items()
        )
        rest = body.removeprefix("with").lstrip() if body.startswith("with") else None
        body = f"with\n\n{front},\n\n{rest}" if rest else f"with\n\n{front}\n\n{body}"
    return Question(
        name=name,
        text=body,
        grain=source.splitlines()[0].removeprefix("-- "),
        rests_on=tuple(dict.fromkeys(rests_on)),
        placeholders=frozenset(_PLACEHOLDER.findall(_without_comments(body))),
    )


def statement(question: Question, params: Mapping[str, object]) -> sa.TextClause:
    """The question with its parameters bound; lists expand to one placeholder per value.

    Raises
    ------
    KeyError
        A placeholder has no value.
    """
    missing = question.placeholders - params.keys()
    if missing:
        raise KeyError(f"{question.name} lacks a value for {', '.join(sorted(missing))}")
    return _clause(question.text).bindparams(
        *(
            sa.bindparam(name, value=params[name], expanding=isinstance(params[name], list))
            for name in sorted(question.placeholders)
        )
    )


def bound(statement: sa.TextClause) -> tuple[str, list[object]]:
    """A statement as DuckDB and PostgreSQL take it: ``$1`` and so on, and the values in order.

    A null that is to be written out, ``literal_execute``, stands in the text. A list gets its last
    value again up to the next power of four, and an empty list of a filter has one value that is
    nobody's: a text for each number of values would be parsed and held by itself, 0.2 MB of a
    large one.
    """
    given: dict[str, Any] = {}
    lengths: list[tuple[str, int | None]] = []
    nulls: list[str] = []
    for each in statement.get_children():
        if isinstance(each, sa.BindParameter):
            given[each.key] = _padded(each.key, each.value or ()) if each.expanding else each.value
            if each.literal_execute:
                nulls.append(each.key)
            else:
                lengths.append((each.key, len(given[each.key]) if each.expanding else None))
    text, places = _numbered(
        statement.text, tuple(sorted(lengths, key=itemgetter(0))), tuple(sorted(nulls))
    )
    return text, [given[name] if at is None else given[name][at] for name, at in places]


def _padded(name: str, values: Sequence[object]) -> Sequence[object]:
    if not values:
        return [NOBODYS] if name in FILTER_LISTS else values
    places = 1
    while places < len(values):
        places *= 4
    return [*values, *[values[-1]] * (places - len(values))]


@lru_cache(maxsize=512)
def _numbered(
    text: str, lengths: tuple[tuple[str, int | None], ...], nulls: tuple[str, ...]
) -> tuple[str, tuple[tuple[str, int | None], ...]]:
    """A text with ``$1`` for each value, and which parameter, or which of a list, goes where.

    It depends on how many values a list has and on no value: compiled once, for a large question
    took as long as DuckDB takes to parse it.
    """
    places: dict[str, tuple[str, int | None]] = {}
    stand_ins: list[sa.BindParameter[object]] = [
        sa.bindparam(name, None, literal_execute=True) for name in nulls
    ]
    for name, length in lengths:
        marks = [name] if length is None else [f"{name} {number}" for number in range(length)]
        places |= {
            mark: (name, None if length is None else number) for number, mark in enumerate(marks)
        }
        value = name if length is None else marks
        stand_ins.append(sa.bindparam(name, value=value, expanding=length is not None))
    compiled = sa.text(text).bindparams(*stand_ins).compile(dialect=_NUMBERED)
    expanded = compiled.construct_expanded_state(compiled.params)
    return expanded.statement, tuple(
        places[str(mark)] for mark in expanded.positional_parameters or ()
    )


def with_literals(question: Question, literals: Mapping[str, str]) -> str:
    """The question with SQL in place of its parameters, for scripts that bind nothing.

    Raises
    ------
    KeyError
        A placeholder has no literal.
    """
    return _PLACEHOLDER.sub(lambda found: literals[found[1]], _without_comments(question.text))


def header(path: Path, field: str) -> tuple[str, ...]:
    """What a SQL file lists under a header field."""
    return _listed(path.read_text(encoding="utf-8"), field)


@lru_cache(maxsize=1024)
def _clause(text: str) -> sa.TextClause:
    return sa.text(_without_comments(text))


def _listed(source: str, field: str) -> tuple[str, ...]:
    for match in _HEADER.finditer(source):
        if match["field"] == field:
            return tuple(match["value"].split(", "))
    return ()


def _collect(source: str, shared: dict[str, str], rests_on: list[str], *, short: bool) -> None:
    for use in _listed(source, "Uses"):
        name, _, alias = use.partition(" as ")
        if (alias or name) in shared:
            continue
        text = _shared(name)
        if short and (form := _listed(text, "Short form")):
            text = _shared(form[0])
        rests_on += _listed(text, "Rests on")
        _collect(text, shared, rests_on, short=short)
        shared[alias or name] = _body(text)


def _shared(name: str) -> str:
    return (SQL_ROOT / "shared" / f"{name}.sql").read_text(encoding="utf-8")


def _body(source: str) -> str:
    lines = source.splitlines()
    while lines and (lines[0].startswith("--") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines).rstrip().rstrip(";")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))

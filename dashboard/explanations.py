"""How an exhibit's numbers came about: the SQL, its values, and the command that asks again."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import session
from dashboard.exhibit import Source
from dashboard.filters import Filters
from dashboard.questions import Question, questions
from dashboard.warehouse import sql
from dashboard.warehouse.base import Rehearsal, Warehouse


@dataclass(frozen=True, slots=True)
class Explanation:
    """The SQL behind an exhibit, the values it was run with, and the command that asks it."""

    sql: str
    params: Mapping[str, str]
    command: str


def explanation(source: Source, among: Filters) -> Explanation:
    """SQL of an exhibit, the values this viewer's answer was bound with, and how to ask again."""
    rehearsal = Rehearsal(session.warehouse())
    question = questions()[source.question]
    question.function(rehearsal, session.scope(), among, **source.params)
    read = [sql.read(name) for name in question.asks]
    bound = sorted({name for each in read for name in each.placeholders} & rehearsal.values.keys())
    return Explanation(
        _computed(question, read, rehearsal) if question.computed else rehearsal.text(read[0]),
        {name: _shown(rehearsal.values[name]) for name in bound},
        _command(source, among),
    )


def resting_on(table: str) -> list[str]:
    """Questions that have no answer without a table of the contract, by name."""
    return [
        name
        for name, question in questions().items()
        if any(table in sql.read(asked).rests_on for asked in question.asks)
    ]


def _computed(question: Question, read: Sequence[sql.Question], asked: Warehouse) -> str:
    """Text of the answers that a question is computed from, one after the other."""
    parts = [f"-- {each.name}: {each.grain}\n{asked.text(each)};" for each in read]
    package = question.function.__module__.split(".")[1]
    return "\n\n".join([f"-- {question.name} is computed in dashboard/{package}/ from:", *parts])


def _command(source: Source, among: Filters) -> str:
    named: dict[str, Sequence[object]] = {
        "as-of": [among.as_of],
        "since": [among.since],
        "until": [among.until],
        "segment": among.segments,
        "region": among.regions,
        "csm": among.csm_ids,
        "viewer": [who.email] if (who := session.viewer()) else [],
    }
    for name, value in source.params.items():
        named[name.replace("_", "-")] = value if isinstance(value, tuple) else [value]
    words = ["python", "-m", "dashboard", "ask", source.question]
    for option, values in named.items():
        words += [f"--{option}={value}" for value in values if value is not None]
    return shlex.join(words)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "(empty)"
    return "null" if value is None else str(value)

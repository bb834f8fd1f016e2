"""How an exhibit's numbers came about: the SQL, its values, and the command that asks again."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import session
from dashboard.exhibit import Source
from dashboard.filters import Filters
from dashboard.questions import questions
from dashboard.warehouse import sql
from dashboard.warehouse.base import Rehearsal


@dataclass(frozen=True, slots=True)
class Explanation:
    """The SQL behind an exhibit, the values it was run with, and the command that asks it."""

    sql: str
    params: Mapping[str, str]
    command: str


def explanation(source: Source, among: Filters) -> Explanation:
    """SQL of an exhibit, the values this viewer's answer was bound with, and how to ask again."""
    rehearsal = Rehearsal(session.warehouse())
    questions()[source.question].function(rehearsal, session.scope(), among, **source.params)
    read = sql.read(source.question)
    return Explanation(
        read.text,
        {name: _shown(rehearsal.values[name]) for name in sorted(read.placeholders)},
        _command(source, among),
    )


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

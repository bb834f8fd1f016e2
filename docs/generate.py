"""Write the pages of ``docs/`` that repeat what the code says: ``python -m docs.generate``.

With ``--check`` nothing is written; the exit code is 1 where a page is not what the code says now.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from dashboard import contract
from dashboard.contract import SQL_ROOT, Column, Table
from dashboard.definitions import ABOUT, definitions
from dashboard.ingest.report import MEANINGS
from dashboard.queries.accounts import ALL
from dashboard.questions import Param, Question, questions
from dashboard.warehouse import sql

DOCS: Final = Path(__file__).parent

_GENERATED: Final = (
    "<!-- Written by `python -m docs.generate`; change the code and run it again. -->"
)
_FIELD: Final = re.compile(r"^(\w+) : (\w+)$")
_PLACE: Final = {table: place for place, table in enumerate(contract.tables())}


def contract_page() -> str:
    """Every table and column of the contract with its rules, and the rules across rows."""
    tables = contract.tables().values()
    return _page(
        "Data contract",
        "The tables the dashboard reads. `sql/contract/` is the source: one file per table, one "
        "line per column, the rules in brackets before the meaning. A file is named after its "
        "table; without a *required* column it is refused; a column the contract does not know is "
        "ignored and named in the report. Tables not loaded are left empty, and a page that rests "
        "on one says so.",
        "Ids are text. `_on` is a date, `_at` a moment in UTC. Shares are 0 to 1, scores 0 to 100. "
        "Money has at most two decimals, in the row's `currency`, else in its account's, else in "
        "the reporting currency. Every date lies between 1990 and 20 years after the as-of date.",
        ", ".join(f"[{table.name}](#{table.name})" for table in tables),
        *(part for table in tables for part in _table_section(table)),
        "## Rules of the whole table",
        "Each is a query in `sql/checks/` that returns the rows that break it. Import and `check` "
        "run those whose tables are loaded.",
        _grid(("Check", "What it finds", "Tables"), _checks()),
    )


def questions_page() -> str:
    """Every question with its grain, parameters and columns."""
    found = questions().values()
    return _page(
        "Questions",
        "Each question is one SQL file and one function that returns a frame of declared columns; "
        "those of the forecast are computed from the answers of other questions. "
        "Pages ask them through `dashboard.session.load`; the command line through "
        "`python -m dashboard ask QUESTION`.",
        "Shared parameters: `as_of` is the day the answer speaks for; `since` and `until` bound a "
        "window, `until` exclusive; `segment`, `region` and `csm` keep parts of the book and may "
        "be repeated. A question *rests on* the tables without which it has no answer.",
        _subjects(question.name for question in found),
        *(part for question in found for part in _question_section(question)),
    )


def metrics_page() -> str:
    """Every number on a card with the definition that its help mark shows."""
    found = definitions()
    return _page(
        "Metrics",
        "The numbers on the cards. Each is a function in `dashboard/metrics/`; its docstring is "
        "the definition here, on *Definitions and data* and behind the card's help mark. Where a "
        "number is not defined, the card shows n/a, not 0. HB is *The Customer Success "
        "Professional's Handbook* (Vaidyanathan and Rabago, Wiley 2020), CSE *The Customer Success "
        "Economy* (Mehta and Pickens, 2020), DCS Gainsight's guides to digital customer success.",
        *(
            part
            for subject, about in ABOUT.items()
            for part in (
                f"## {_sentence(subject.replace('_', ' ')).rstrip('.')}",
                f"Computed over {_and(f'`{name}`' for name in about.questions)}. "
                f"Source: {about.source}.",
                _grid(
                    ("Metric", "Formula", "Edge cases", "Unit", "Direction"),
                    (
                        (each.label, each.formula, each.edge_cases, each.unit, each.direction)
                        for each in found
                        if each.subject == subject
                    ),
                ),
            )
        ),
    )


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "contract.md": contract_page,
    "questions.md": questions_page,
    "metrics.md": metrics_page,
}


def outdated() -> list[str]:
    """Names of the generated pages that are not what the code says now."""
    return [
        name
        for name, page in PAGES.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with ``--check`` only say which are not current."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is old")
    changed = outdated()
    if parser.parse_args(arguments).check:
        sys.stdout.writelines(f"docs/{name} is not current\n" for name in changed)
        return int(bool(changed))
    for name in changed:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"docs/{name} written\n")
    return 0


def _table_section(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield table.comment
    yield _grid(
        ("Column", "Type", "Required", "Rules", "Meaning"),
        (
            (
                f"`{column.name}`",
                column.sql_type,
                "yes" if column.required else "",
                "; ".join(_rules(column)),
                column.comment,
            )
            for column in table.columns
        ),
    )


def _rules(column: Column) -> Iterator[str]:
    if column.key:
        yield "key"
    if column.references:
        yield f"id in [{column.references}](#{column.references})"
    if column.vocabulary:
        yield "one of " + ", ".join(f"`{word}`" for word in column.vocabulary)
    if column.least is not None and column.most is not None:
        yield f"{column.least:g} to {column.most:g}"
    elif column.least is not None:
        yield f"{'more than' if column.least_excluded else 'at least'} {column.least:g}"
    if column.money:
        yield "money"


def _checks() -> Iterator[tuple[str, str, str]]:
    for path in sorted((SQL_ROOT / "checks").glob("*.sql")):
        check = sql.read(f"checks/{path.stem}")
        finds = MEANINGS.get(path.stem, check.grain)
        link = f"[`{path.stem}`](../sql/checks/{path.name})"
        yield link, _sentence(finds), ", ".join(check.rests_on) or "every table with a currency"


def _question_section(question: Question) -> Iterator[str]:
    sections = _sections(inspect.getdoc(question.function) or "")
    rests_on = {table for name in question.asks for table in sql.read(name).rests_on}
    files = ", ".join(f"[`sql/{name}.sql`](../sql/{name}.sql)" for name in question.asks)
    yield f"## {question.name}"
    yield _code(" ".join(sections[""].split()))
    facts = [
        f"- Grain: {_code(' '.join(sections['Grain'].split()))}",
        f"- Parameters: {', '.join(f'`{name}`' for name in question.filters) or 'none'}",
        *(f"- Of its own: {_own(param)}" for param in question.own_params),
        f"- Rests on: {', '.join(_tables(rests_on)) or 'what the load itself writes down'}",
        f"- {'Computed from' if question.computed else 'SQL'}: {files}",
    ]
    yield "\n".join(facts)
    yield _grid(
        ("Column", "Type", "Meaning"),
        (
            (f"`{name}`", dtype, _code(meaning))
            for name, dtype, meaning in _fields(sections["Columns"])
        ),
    )


def _own(param: Param) -> str:
    if param.required:
        return f"`{param.name}`, required"
    if param.default is None or param.default == ():
        return f"`{param.name}`"
    return f"`{param.name}`, by default {'all' if param.default == ALL else f'`{param.default}`'}"


def _tables(names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names, key=_PLACE.__getitem__):
        yield f"[{name}](contract.md#{name})"


def _sections(docstring: str) -> dict[str, str]:
    """Text of each section of a docstring; the summary stands under the empty name."""
    parts = re.split(r"^(\w+)\n-+\n", docstring, flags=re.MULTILINE)
    return {"": parts[0].strip()} | {
        name: text.rstrip() for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _fields(section: str) -> Iterator[tuple[str, str, str]]:
    """Name, type and meaning of each documented column."""
    name, dtype, words = "", "", [""]
    for line in section.splitlines():
        if field := _FIELD.match(line):
            if name:
                yield name, dtype, " ".join(words)
            (name, dtype), words = field.groups(), []
        else:
            words.append(line.strip())
    if name:
        yield name, dtype, " ".join(words)


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", _GENERATED, *parts)) + "\n"


def _subjects(names: Iterable[str]) -> str:
    """Links to the questions, one line a subject."""
    lines: dict[str, list[str]] = {}
    for name in names:
        subject, _, question = name.partition("/")
        lines.setdefault(subject, []).append(f"[{question}](#{subject}{question})")
    return "\n".join(f"- {subject}: {', '.join(links)}" for subject, links in lines.items())


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    return text.replace("``", "`")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


if __name__ == "__main__":
    raise SystemExit(main())

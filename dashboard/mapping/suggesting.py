"""Which column of an unknown file may be which of the contract: a proposal that a person reads.

A proposal is a mapping that says ``accepted: false`` and is refused until that line is gone.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import yaml
from rapidfuzz import fuzz, utils

from dashboard import contract
from dashboard.contract import Column, Table
from dashboard.mapping import common_names
from dashboard.mapping.folders import SOURCE_FILE, Mapped, mappings_in
from dashboard.queries.types import columns

READY: Final = Path(__file__).parent.parent.parent / "mappings"
"""Mappings of known schemas: what their columns are called is a hint."""

PROPOSED_FROM: Final = 60
"""A match that is less sure is only told in a comment."""

TOLD_FROM: Final = 50
"""Names that are less alike have nothing in common."""

SUGGESTIONS: Final = columns(
    column_name=pl.String,
    required=pl.Boolean,
    header=pl.String,
    confidence=pl.Int64,
    why=pl.String,
)

_FITS: Final = {
    "date": r"^\d{4}-\d{2}-\d{2}",
    "timestamp": r"^\d{4}-\d{2}-\d{2}",
    "decimal": r"^[+-]?[\d.]+([eE][+-]?\d+)?$",
    "double": r"^[+-]?[\d.]+([eE][+-]?\d+)?$",
    "integer": r"^[+-]?\d+([.]0*)?$",
    "boolean": r"^(?i)(true|false|t|f|yes|no|y|n|1|0|1[.]0|0[.]0)$",
}
"""How values of each kind look."""


def likely_table(headers: Iterable[str], file: str = "") -> str:
    """The contract table that headers fit best; the name of the file counts, too."""
    headers = list(headers)

    def fit(table: Table) -> float:
        scores = [
            max((likeness(column, header, table)[0] for header in headers), default=0)
            for column in table.columns
        ]
        alike = [score if score >= TOLD_FROM else 0 for score in scores]
        required = [
            score for score, column in zip(alike, table.columns, strict=True) if column.required
        ]
        named = 100 if _plain(file) in _known_tables()[table.name] else 0
        spoken = {word.removesuffix("s") for word in _plain(file).split()}
        if not named and spoken & set(common_names.TABLES.get(table.name, ())):
            named = 60
        return sum(required) / len(required) + sum(alike) / len(alike) + named

    return max(contract.tables().values(), key=fit).name


def suggestions(sample: pl.DataFrame, table: str) -> pl.DataFrame:
    """For each contract column the header that fits best, with a confidence from 0 to 100.

    A header is proposed once, where it fits best. Values that do not look like the column's kind
    lower the confidence.

    Parameters
    ----------
    sample
        Some rows of the file as text.
    table
        Contract table that it shall fill.
    """
    known = contract.tables()[table]
    pairs = []
    for column in known.columns:
        for header in sample.columns:
            alike, why = likeness(column, header, known)
            if alike < TOLD_FROM:
                continue
            sure = alike
            if (fitting := _fitting(sample[header], column)) < 1:
                sure = round(alike * (0.3 + 0.7 * fitting))
                why += f"; {fitting:.0%} of the values look like a {column.kind}"
            pairs.append((alike, sure, column.name, header, why))
    # By likeness first: values that do not fit shall be seen, not make room for another name.
    pairs.sort(key=lambda pair: (-pair[0], -pair[1]))
    taken: dict[str, tuple[int, str, str]] = {}
    used: set[str] = set()
    for _, sure, name, header, why in pairs:
        if name not in taken and header not in used:
            taken[name] = (sure, header, why)
            used.add(header)
    return pl.DataFrame(
        [
            {
                "column_name": column.name,
                "required": column.required,
                "header": taken[column.name][1] if column.name in taken else None,
                "confidence": taken[column.name][0] if column.name in taken else 0,
                "why": taken[column.name][2] if column.name in taken else None,
            }
            for column in known.columns
        ],
        schema=SUGGESTIONS,
    )


def proposal(suggested: pl.DataFrame, table: str, source_table: str) -> str:
    """Suggestions as a mapping file that is refused until somebody has accepted it."""
    lines = [
        "# A proposal by likeness of names and values. Read every line, mend what is wrong, and",
        "# take the line `accepted: false` away.",
        "accepted: false",
        f"table: {table}",
        f"from: {_scalar(source_table)}",
        "columns:",
    ]
    missing = []
    for row in suggested.iter_rows(named=True):
        sure = f"  # {row['confidence']} of 100: {row['why']}"
        if row["header"] is not None and row["confidence"] >= PROPOSED_FROM:
            lines.append(f"  {row['column_name']}: {_scalar(row['header'])}{sure}")
        elif row["header"] is not None:
            word = "required" if row["required"] else "unsure"
            lines.append(f"  # {word}: {row['column_name']}: {_scalar(row['header'])}{sure}")
        elif row["required"]:
            missing.append(row["column_name"])
    lines += [f"  # required, and nothing is like it: {name}" for name in missing]
    return "\n".join(lines) + "\n"


def likeness(column: Column, header: str, table: Table) -> tuple[int, str]:
    """How sure it is that a header means a contract column, from 0 to 100, and why."""
    plain = _plain(header)
    if plain == _plain(column.name):
        return 100, "the same name"
    for source, known in _known_names().get((table.name, column.name), {}).items():
        if plain in known:
            return 90, f"called so by {source}"
    if plain in common_names.COLUMNS.get(table.name, {}).get(column.name, ()):
        return 80, "often called so"
    score = max(
        fuzz.token_sort_ratio(plain, _plain(column.name)),
        fuzz.ratio(plain.replace(" ", ""), _plain(column.name).replace(" ", "")),
    )
    return round(score * 0.85), "a like name"


@cache
def _ready() -> tuple[Mapped, ...]:
    folders = sorted(path.parent for path in READY.glob(f"*/{SOURCE_FILE}"))
    return tuple(one for folder in folders for one in mappings_in([folder]))


@cache
def _known_names() -> Mapping[tuple[str, str], dict[str, set[str]]]:
    """Names that ready mappings read a contract column from, by source."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for one in _ready():
        for name, column in one.mapping.columns.items():
            if column.source:
                names = {_plain(each) for each in column.source}
                found.setdefault((one.table, name), {})[one.source.name] = names
    return found


@cache
def _known_tables() -> Mapping[str, set[str]]:
    """What files of each contract table are called: its own name, and those of ready mappings."""
    found = {name: {_plain(name), _plain(name.removesuffix("s"))} for name in contract.tables()}
    for one in _ready():
        if one.table in found and one.mapping.source_table:
            found[one.table].add(_plain(one.mapping.source_table))
    return found


def _fitting(values: pl.Series, column: Column) -> float:
    pattern = _FITS.get(column.kind)
    given = values.cast(pl.String).drop_nulls()
    given = given.filter(given != "")
    if pattern is None or given.is_empty():
        return 1.0
    return int(given.str.contains(pattern).sum()) / len(given)


def _plain(name: str) -> str:
    return " ".join(utils.default_process(name.replace("_", " ").replace("-", " ")).split())


def _scalar(text: str) -> str:
    """A name as YAML writes it, on one line."""
    return yaml.safe_dump(text, width=10_000, allow_unicode=True).removesuffix("...\n").strip()

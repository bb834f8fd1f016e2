"""What a load through mappings found, as text and as plain data."""

from collections.abc import Iterator

import polars as pl

from dashboard.commands.output import content_of
from dashboard.formats import count_of
from dashboard.ingest import report
from dashboard.mapping import MappedLoad
from dashboard.spelled import spelled


def as_text(done: MappedLoad) -> str:
    """The import's report, then everything that the mappings did not pass on as it was."""
    return "\n".join([report.as_text(done.report), *_parts(done)])


def as_json(done: MappedLoad, changes: pl.DataFrame) -> dict[str, object]:
    """The same with every row, money as text."""
    frames = {
        "left_out": done.left_out,
        "unmapped": done.unmapped,
        "identity_conflicts": done.conflicts,
        "identity_suggestions": done.twins,
        "reconciled": done.reconciled,
        "unknown_words": done.unknown_words,
        "changes": changes,
    }
    money = pl.selectors.decimal().cast(pl.String)
    origins = [
        {"file": each.file, "rows": each.rows, "sha256": each.sha256} for each in done.origins
    ]
    return (
        done.report.as_json()
        | {"origins": origins}
        | {name: frame.with_columns(money).to_dicts() for name, frame in frames.items()}
    )


def changes_as_text(changes: pl.DataFrame) -> str:
    """What differs from the last load."""
    if changes.is_empty():
        return "\nThere is no last load to compare with."
    shown = spelled(changes, largest_change=("largest_change", "{:.1%}".format))
    return table_of("Against the last load", shown)


def table_of(title: str, frame: pl.DataFrame, *, longest: int = 60) -> str:
    """A frame under its title, empty cells blank and long ones cut."""
    if frame.is_empty():
        return f"\n{title}: none"
    blank = frame.with_columns(pl.all().cast(pl.String).fill_null(""))
    return f"\n{title}\n{content_of(blank, 'table', longest=longest).decode().rstrip()}"


def _parts(done: MappedLoad) -> Iterator[str]:
    read = [(each.file, each.rows, each.sha256[:12]) for each in done.origins]
    yield table_of("Read from", pl.DataFrame(read, schema=["file", "rows", "sha256"], orient="row"))
    if len(done.left_out):
        yield table_of("Left out by the mappings", done.left_out)
    words = done.unmapped.filter(pl.col("value").is_not_null())
    if len(words):
        yield table_of("Words without a mapping, passed on as they are", words)
    if len(done.unknown_words):
        yield table_of("Words that no page knows, shown as unmapped", done.unknown_words)
    defaults = done.unmapped.filter(pl.col("value").is_null()).drop("value")
    if len(defaults):
        renamed = defaults.rename({"unmapped_rows": "rows_by_default"})
        yield table_of("Empty in the source, filled by the mapping's default", renamed)
    counted = done.conflicts.group_by("kind", "source", "meaning").agg(pl.len().alias("ids"))
    if len(counted):
        yield table_of("Identities to look at (`map identity` names them)", counted.sort("kind"))
    if len(done.twins):
        ids = count_of(done.twins.select("source", "source_id").n_unique(), "id")
        yield f"\n{ids} without an account may be known companies: see `map identity`."
    if len(done.reconciled):
        yield table_of("Every row and amount of the sources", done.reconciled)

"""From a source's tables through its mappings into an embedded warehouse, with nothing unsaid."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from dashboard.ingest import import_folder
from dashboard.ingest.files import sha256
from dashboard.ingest.report import FileRead, ImportReport
from dashboard.mapping import identity
from dashboard.mapping.accounting import LEFT_OUT, UNMAPPED, reconciled, shaped, unknown_words
from dashboard.mapping.asking import asked, resolved, schemas_of, stage
from dashboard.mapping.compiling import Compiled
from dashboard.mapping.declared import IDENTITY
from dashboard.mapping.folders import Fault, Mapped, MappingError
from dashboard.mapping.source_files import Sources, opened
from dashboard.policy import Policy


@dataclass(frozen=True, slots=True)
class MappedLoad:
    """What a load through mappings found and did."""

    report: ImportReport
    """The import's own report, each table under the mapping that fills it."""
    origins: tuple[FileRead, ...]
    """Files of the sources."""
    left_out: pl.DataFrame
    unmapped: pl.DataFrame
    conflicts: pl.DataFrame
    twins: pl.DataFrame
    reconciled: pl.DataFrame
    unknown_words: pl.DataFrame
    """What no page knows by name and shows as unmapped: ``queries.data.UNMAPPED_VALUES``."""


@dataclass(slots=True)
class _Made:
    """What the mappings made of a source, before any of it is loaded."""

    left_out: list[pl.DataFrame] = field(default_factory=list)
    unmapped: list[pl.DataFrame] = field(default_factory=list)
    totals: list[dict[str, object]] = field(default_factory=list)
    accounts: pl.DataFrame | None = None


def load(
    mappings: Iterable[Mapped],
    place: Path,
    target: Path,
    *,
    policy: Policy,
    as_of: date,
    quarantine: bool = False,
    decided: pl.DataFrame | None = None,
    beside: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> MappedLoad:
    """Load the sources at ``place`` into the warehouse ``target``, by the contract's rules.

    Parameters
    ----------
    mappings
        What fills which table.
    place
        Folder of files or DuckDB file that holds the sources' tables.
    target
        Where the warehouse shall lie; it stays as it was where nothing is loaded.
    decided
        What people decided on identities, see ``identity.decisions``.
    beside
        Folder of files that have the contract's shape already, such as ``fx_rates.csv``.

    Raises
    ------
    MappingError
        A mapping does not fit the source.
    UnreadableFileError
        A file of the source is not what its name says.
    """
    mappings = list(mappings)
    made = _Made()
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{target.name}.mapped.", dir=target.parent) as made_in:
        folder = Path(made_in)
        progress(f"opening {place.name}")
        with opened(place, sorted(schemas_of(mappings).items())) as sources:
            identities = resolved(mappings, sources, decided)
            for one in mappings:
                if one.table != IDENTITY.name:
                    progress(f"mapping {one.name}")
                    _make(one, sources, folder, made)
            origins = [FileRead(each.file, "", each.rows, each.sha256) for each in sources.files]
        if beside is not None:
            _link(beside, folder)
        left_out = shaped(made.left_out, LEFT_OUT)
        unmapped = shaped(made.unmapped, UNMAPPED)
        report = import_folder(
            folder,
            target,
            policy=policy,
            as_of=as_of,
            quarantine=quarantine,
            origins=origins,
            noted={"mapping": _noted(mappings, left_out, unmapped)},
            progress=progress,
        )
    warehouse = target if report.loaded else None
    return MappedLoad(
        _by_mapping(report, mappings),
        tuple(origins),
        left_out,
        unmapped,
        identity.conflicts(identities, made.accounts),
        identity.twins(identities, made.accounts),
        reconciled(made.totals, left_out, report, warehouse),
        unknown_words(warehouse, policy, as_of),
    )


def _make(one: Mapped, sources: Sources, folder: Path, made: _Made) -> None:
    compiled = Compiled(one, "duckdb", sources.schemas[one.source.name])
    rows_query, compiled = compiled.rows(), replace(compiled, staged=True)
    stage(one, sources, rows_query)
    where = {"table_name": pl.lit(one.table), "file": pl.lit(one.name)}
    rows = asked(one, sources, compiled.texts())
    rows.write_parquet(folder / f"{one.table}.parquet")
    if one.table == "accounts":
        made.accounts = rows.select("account_id")
    made.left_out.append(asked(one, sources, compiled.left_out()).with_columns(**where))
    if words := compiled.words():
        made.unmapped.append(asked(one, sources, words).with_columns(**where))
    made.totals.append(
        {"table_name": one.table} | asked(one, sources, compiled.total()).row(0, named=True)
    )


def _by_mapping(report: ImportReport, mappings: list[Mapped]) -> ImportReport:
    """The report with mappings in the place of the files that were made on the way."""
    by_table = {one.table: one for one in mappings}
    files = [
        replace(read, file=by_table[read.table].name, sha256=sha256(by_table[read.table].file))
        if read.table in by_table
        else read
        for read in report.files
    ]
    violations = [
        replace(each, file=by_table[each.table].name, row=None) if each.table in by_table else each
        for each in report.violations
    ]
    return replace(report, files=tuple(files), violations=tuple(violations))


def _link(beside: Path, folder: Path) -> None:
    for path in sorted(beside.iterdir()):
        mapped = folder / f"{path.stem.lower()}.parquet"
        if mapped.exists():
            raise MappingError(
                [Fault(path.name, "file", "", "holds a table that a mapping fills; keep one")]
            )
        if path.is_file():
            (folder / path.name).symlink_to(path.resolve())


def _noted(mappings: list[Mapped], left_out: pl.DataFrame, unmapped: pl.DataFrame) -> str:
    return json.dumps(
        {
            "files": [one.name for one in mappings],
            "left_out": left_out.with_columns(pl.col("amount").cast(pl.String)).to_dicts(),
            "unmapped": unmapped.with_columns(pl.col("amount").cast(pl.String)).to_dicts(),
        }
    )

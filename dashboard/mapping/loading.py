"""From a source's tables through its mappings into an embedded warehouse, with nothing unsaid."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import polars as pl

from dashboard import contract
from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.ingest import import_folder
from dashboard.ingest.report import FileRead, ImportReport
from dashboard.mapping import identity
from dashboard.mapping.compiling import Compiled
from dashboard.mapping.declared import IDENTITY
from dashboard.mapping.folders import Fault, Mapped, MappingError
from dashboard.mapping.noticing import unusual
from dashboard.mapping.source_files import Sources, opened
from dashboard.policy import Policy
from dashboard.queries import data
from dashboard.queries.types import MONEY, columns
from dashboard.warehouse.embedded import EmbeddedWarehouse

LEFT_OUT: Final = columns(
    table_name=pl.String,
    file=pl.String,
    reason=pl.String,
    left_out_rows=pl.Int64,
    amount=MONEY,
)
UNMAPPED: Final = columns(
    table_name=pl.String,
    file=pl.String,
    column_name=pl.String,
    value=pl.String,
    unmapped_rows=pl.Int64,
    amount=MONEY,
)
"""``value`` is empty where the mapping's default stands in."""

_NO_TABLE: Final = re.compile(r"Table with name (\S+) does not exist")
_NO_COLUMN: Final = re.compile(
    r'does not have a column named "([^"]+)"|Referenced column "([^"]+)" not found'
)

RECONCILED: Final = columns(
    table_name=pl.String,
    source_rows=pl.Int64,
    left_out_rows=pl.Int64,
    refused_rows=pl.Int64,
    loaded_rows=pl.Int64,
    source_amount=MONEY,
    left_out_amount=MONEY,
    refused_amount=MONEY,
    loaded_amount=MONEY,
)
"""Rows and money of a table: what the source has is what was left out, refused and loaded."""


@dataclass(frozen=True, slots=True)
class MappedLoad:
    """What a load through mappings found and did."""

    report: ImportReport
    left_out: pl.DataFrame
    unmapped: pl.DataFrame
    conflicts: pl.DataFrame
    twins: pl.DataFrame
    reconciled: pl.DataFrame
    unusual: pl.DataFrame
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
        left_out = _one(made.left_out, LEFT_OUT)
        unmapped = _one(made.unmapped, UNMAPPED)
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
    return MappedLoad(
        report,
        left_out,
        unmapped,
        identity.conflicts(identities, made.accounts),
        identity.twins(identities, made.accounts),
        _reconciled(made, left_out, report, target if report.loaded else None),
        unusual(target if report.loaded else None, as_of),
        _unknown_words(target, policy, as_of) if report.loaded else _no_words(),
    )


def schemas_of(mappings: Iterable[Mapped]) -> dict[str, str]:
    """Schema of each source by its name."""
    return {one.source.name: one.source.relation for one in mappings}


def resolved(
    mappings: Iterable[Mapped], sources: Sources, decided: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Rows of ``identity.IDENTITIES``, put where the compiled SQL looks for them.

    Raises
    ------
    MappingError
        A mapping does not fit the source.
    """
    said = [
        _asked(
            one, sources, Compiled(one, "duckdb", sources.schemas[one.source.name]).view()
        ).with_columns(source=pl.lit(one.source.name))
        for one in mappings
        if one.table == IDENTITY.name
    ]
    nothing = pl.DataFrame(schema=identity.IDENTITIES)
    names = identity.IDENTITIES.names()
    rows = pl.concat([nothing, *(each.with_columns(_missing(each)).select(names) for each in said)])
    identities = identity.together(rows, nothing if decided is None else decided)
    sources.connection.register("given_identities", identities.to_arrow())
    sources.connection.execute(
        "insert into account_identities select source, source_id, account_id from given_identities"
    )
    return identities


def _missing(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.lit(None, pl.String).alias(name)
        for name in identity.IDENTITIES
        if name not in frame.columns
    ]


def _make(one: Mapped, sources: Sources, folder: Path, made: _Made) -> None:
    compiled = Compiled(one, "duckdb", sources.schemas[one.source.name])
    where = {"table_name": pl.lit(one.table), "file": pl.lit(one.name)}
    rows = _asked(one, sources, compiled.texts())
    rows.write_parquet(folder / f"{one.table}.parquet")
    if one.table == "accounts":
        made.accounts = rows.select("account_id")
    made.left_out.append(_asked(one, sources, compiled.left_out()).with_columns(**where))
    if words := compiled.words():
        made.unmapped.append(_asked(one, sources, words).with_columns(**where))
    made.totals.append(
        {"table_name": one.table} | _asked(one, sources, compiled.total()).row(0, named=True)
    )


def _asked(one: Mapped, sources: Sources, query: str) -> pl.DataFrame:
    try:
        return sources.frame(query)
    except duckdb.Error as error:
        origin = one.mapping.source_table or "query"
        raise MappingError([Fault(one.name, "from", origin, _misfit(str(error)))]) from error


def _misfit(said: str) -> str:
    """What the engine says of a query, in the words of a mapping."""
    if found := _NO_TABLE.search(said):
        reason = f"the source has no table {found[1]}"
    elif found := _NO_COLUMN.search(said):
        reason = f"the source has no column {found[1] or found[2]}"
    else:
        reason = said.splitlines()[0].partition(": ")[2] or said.splitlines()[0]
    return f"does not fit: {reason}; mend the mapping, or leave it aside"


def _link(beside: Path, folder: Path) -> None:
    for path in sorted(beside.iterdir()):
        mapped = folder / f"{path.stem.lower()}.parquet"
        if mapped.exists():
            raise MappingError(
                [Fault(path.name, "file", "", "holds a table that a mapping fills; keep one")]
            )
        if path.is_file():
            (folder / path.name).symlink_to(path.resolve())


def _one(frames: list[pl.DataFrame], schema: pl.Schema) -> pl.DataFrame:
    shaped = [frame.select(schema.names()).cast(schema) for frame in frames]
    return pl.concat([pl.DataFrame(schema=schema), *shaped]).sort(schema.names()[:4])


def _noted(mappings: list[Mapped], left_out: pl.DataFrame, unmapped: pl.DataFrame) -> str:
    return json.dumps(
        {
            "files": [one.name for one in mappings],
            "left_out": left_out.with_columns(pl.col("amount").cast(pl.String)).to_dicts(),
            "unmapped": unmapped.with_columns(pl.col("amount").cast(pl.String)).to_dicts(),
        }
    )


def accounts_of(mappings: Iterable[Mapped], sources: Sources) -> pl.DataFrame | None:
    """``account_id`` of every account that the mappings make; ``None`` where they make none."""
    for one in mappings:
        if one.table == "accounts":
            compiled = Compiled(one, "duckdb", sources.schemas[one.source.name])
            return _asked(one, sources, compiled.texts()).select("account_id")
    return None


def _unknown_words(warehouse: Path, policy: Policy, as_of: date) -> pl.DataFrame:
    source = EmbeddedWarehouse(warehouse, policy)
    if "accounts" in source.freshness().absent:
        return _no_words()
    return data.unmapped_values(source, EVERYTHING, Filters(as_of))


def _no_words() -> pl.DataFrame:
    return pl.DataFrame(schema=data.UNMAPPED_VALUES)


def _reconciled(
    made: _Made, left_out: pl.DataFrame, report: ImportReport, warehouse: Path | None
) -> pl.DataFrame:
    names = RECONCILED.names()
    if warehouse is None or not made.totals:
        return pl.DataFrame(schema=RECONCILED)
    loaded = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for total in made.totals:
            table = str(total["table_name"])
            money = next(
                (each.name for each in contract.tables()[table].columns if each.money), "null"
            )
            # Names are the contract's; a row in quarantine may break several rules.
            query = (
                f"select '{table}' as table_name, count(*) as loaded_rows,"  # noqa: S608
                f" cast(sum({money}) as decimal(38, 2)) as loaded_amount,"
                " (select cast(sum(arr) as decimal(38, 2)) from (select max(arr) as arr"
                f" from quarantine where table_name = '{table}' group by row_number))"
                f" as refused_amount from {table}"
            )
            loaded.append(connection.sql(query).pl())
    outside = left_out.group_by("table_name").agg(
        pl.col("left_out_rows").sum(), pl.col("amount").sum().alias("left_out_amount")
    )
    refused = report.rows_quarantined or {}
    return (
        pl.DataFrame(made.totals, schema_overrides={"amount": MONEY})
        .rename({"amount": "source_amount"})
        .join(outside, on="table_name", how="left", maintain_order="left")
        .join(pl.concat(loaded), on="table_name", how="left", maintain_order="left")
        .with_columns(
            pl.col("left_out_rows", "left_out_amount", "refused_amount", "loaded_amount").fill_null(
                0
            ),
            refused_rows=pl.col("table_name").replace_strict(refused, default=0),
        )
        .with_columns(
            pl.when(pl.col("source_amount").is_not_null())
            .then(pl.col("left_out_amount", "refused_amount", "loaded_amount"))
            .otherwise(None)
        )
        .select(names)
        .cast(RECONCILED)
    )

"""A mapping's SQL asked of the source's tables, and what does not fit told as its fault."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import polars as pl

from dashboard.mapping import identity
from dashboard.mapping.compiling import Compiled
from dashboard.mapping.declared import IDENTITY
from dashboard.mapping.folders import Fault, Mapped, MappingError
from dashboard.mapping.source_files import Sources

_NO_TABLE: Final = re.compile(r"Table with name (\S+) does not exist")
_NO_COLUMN: Final = re.compile(
    r'does not have a column named "([^"]+)"|Referenced column "([^"]+)" not found'
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
        asked(
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


def accounts_of(mappings: Iterable[Mapped], sources: Sources) -> pl.DataFrame | None:
    """``account_id`` of every account that the mappings make; ``None`` where they make none."""
    for one in mappings:
        if one.table == "accounts":
            compiled = Compiled(one, "duckdb", sources.schemas[one.source.name])
            return asked(one, sources, compiled.texts()).select("account_id")
    return None


def stage(one: Mapped, sources: Sources, query: str) -> None:
    """Read a mapping's rows once, for everything that is asked of them."""
    with _misfits(one):
        sources.connection.execute(f"create or replace temp table read_rows as {query}")


def asked(one: Mapped, sources: Sources, query: str) -> pl.DataFrame:
    """Rows of a query of a mapping.

    Raises
    ------
    MappingError
        It does not fit the source.
    """
    with _misfits(one):
        return sources.frame(query)


@contextmanager
def _misfits(one: Mapped) -> Iterator[None]:
    """What the engine says of a mapping, as a fault of it."""
    try:
        yield
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


def _missing(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.lit(None, pl.String).alias(name)
        for name in identity.IDENTITIES
        if name not in frame.columns
    ]

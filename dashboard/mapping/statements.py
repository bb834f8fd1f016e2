"""Mappings as statements that make the views of a warehouse, in the order they depend on."""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlglot import exp

from dashboard.mapping.compiling import IDENTITY_TABLE, Compiled
from dashboard.mapping.declared import IDENTITY
from dashboard.mapping.dialects import Dialect
from dashboard.mapping.folders import Mapped

DECISIONS: Final = "identity_decisions"
"""Table of the target schema for what people decided, with the columns of ``identity.csv``."""


def view_statements(
    mappings: Iterable[Mapped], dialect: Dialect, *, faults: bool = False
) -> Iterator[str]:
    """One statement after another, each ended by a semicolon.

    Parameters
    ----------
    faults
        Make ``TABLE_faults`` beside each view, too: values that could not be read.
    """
    mappings = list(mappings)
    identities = [one for one in mappings if one.table == IDENTITY.name]
    tables = [one for one in mappings if one.table != IDENTITY.name]
    if identities or any(one.uses_identities for one in tables):
        yield (
            f"create table if not exists {DECISIONS}"
            " (source varchar, source_id varchar, account_id varchar);"
        )
        for one in identities:
            name = f"identity_{one.source.name}"
            yield f"create or replace view {name} as\n{Compiled(one, dialect).view()};"
        yield f"create or replace view {IDENTITY_TABLE} as\n{_identities(identities, dialect)};"
    for one in tables:
        compiled = Compiled(one, dialect)
        yield f"-- From {one.name}.\ncreate or replace view {one.table} as\n{compiled.view()};"
        if faults and (query := compiled.faults()):
            yield f"create or replace view {one.table}_faults as\n{query};"


def _identities(identities: list[Mapped], dialect: Dialect) -> str:
    """What people decided, and what sources say of every id that nobody decided on."""
    names = ("source", "source_id", "account_id")
    whole: exp.Query = exp.select(*names).from_(DECISIONS)
    for one in identities:
        source = exp.Literal.string(one.source.name)
        decided = (
            exp.select("1")
            .from_(DECISIONS)
            .where(
                exp.column("source", DECISIONS).eq(source),
                exp.column("source_id", DECISIONS).eq(exp.column("source_id", "said")),
            )
        )
        said = (
            exp.select(
                exp.alias_(source, "source"),
                exp.column("source_id", "said"),
                exp.column("account_id", "said"),
            )
            .from_(exp.alias_(exp.to_table(f"identity_{one.source.name}"), "said", table=True))
            .where(exp.not_(exp.Exists(this=decided)))
        )
        whole = exp.union(whole, said, distinct=False)
    return whole.sql(dialect, pretty=True)

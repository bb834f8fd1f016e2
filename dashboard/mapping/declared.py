"""What a mapping says: one file of a contract table, one of the source it comes from.

Every value of a file arrives as text, so that ``no`` stays a word and ``1e3`` an id.
"""

import re
from typing import Annotated, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from rapidfuzz import process

from dashboard import contract
from dashboard.contract import Column, Table

IDENTITY: Final = Table(
    name="identity",
    comment="Which account an id of a source means, one row per source and id.",
    columns=(
        Column("source_id", "varchar", True, "Id that the source gives the customer.", key=True),
        Column("account_id", "varchar", False, "Account, where the source knows it."),
        Column("name", "varchar", False, "Name, for suggestions."),
        Column("domain", "varchar", False, "Domain, website or address, for suggestions."),
    ),
    ddl="",
)
"""What a mapping may fill beside the contract's tables."""

Unit = Literal["cents", "minor_units", "percent", "thousands", "per_month", "per_quarter"]
"""``minor_units`` go by the row's currency: a yen has none, a dinar a thousand."""

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
_SOURCE: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("is no name of a column; write it as the source does")
    return name


def _zone(zone: str) -> str:
    if zone not in available_timezones():
        near = process.extractOne(zone, sorted(available_timezones()))
        raise ValueError(f"is no time zone; write a name such as {near[0] if near else 'UTC'}")
    return zone


Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
Zone = Annotated[str, AfterValidator(_zone)]


class ColumnMapping(BaseModel):
    """Where the values of one contract column come from, and how they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Names = Field(default=(), alias="from")
    """Source columns; of several the first that is not empty."""
    value: str | None = None
    """The same for every row."""
    sql: str | None = None
    """An expression over the source's columns."""
    unit: Annotated[tuple[Unit, ...], BeforeValidator(_listed)] = ()
    words: dict[str, str] = Field(default_factory=dict)
    """The contract's word by the source's; without regard to case, ``_`` and ``-``."""
    default: str | None = None
    """What stands where the source has nothing."""
    cast: Literal["calendar_day"] | None = None
    """A day as it is written: no time zone moves it."""
    identity: bool = False
    """An id of the source, to be replaced by the account that the identity table names."""

    @model_validator(mode="before")
    @classmethod
    def _column_alone(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str | list) else value

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        given = [bool(self.source), self.value is not None, self.sql is not None]
        if sum(given) != 1:
            raise ValueError("needs one of from, value and sql; keep one of them")
        return self


class SourceMapping(BaseModel):
    """``source.yaml``: what holds for every file of a folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """How the identity table calls the source."""
    relation: str = Field(default="", alias="schema")
    """Schema of its tables, with the database in front where there is one."""
    time_zone: Zone = "UTC"
    """Where the company's days begin: a moment becomes a date there."""
    times_in: Zone = "UTC"
    """Zone of times that name none."""
    deleted: Names = ()
    """Columns that mark a row as deleted, in every table that does not say otherwise."""

    @field_validator("name")
    @classmethod
    def _is_a_plain_name(cls, name: str) -> str:
        if not _SOURCE.fullmatch(name):
            raise ValueError("is no name of a source; write lower-case letters, digits and _")
        return name

    @field_validator("relation")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if path and not all(_NAME.fullmatch(part) for part in path.split(".")):
            raise ValueError("is no schema; write SCHEMA or DATABASE.SCHEMA")
        return path


class TableMapping(BaseModel):
    """How one contract table is filled from a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    source_table: Name | None = Field(default=None, alias="from")
    query: str | None = None
    """A SELECT over the source's tables, instead of one table."""
    accepted: bool = True
    """False while nobody has read a proposal."""
    time_zone: Zone | None = None
    deleted: Names | None = None
    leave_out: dict[str, str] = Field(default_factory=dict)
    """Condition over the source's columns by the reason why such rows do not belong here."""
    columns: dict[str, ColumnMapping]

    @field_validator("table")
    @classmethod
    def _is_in_the_contract(cls, table: str) -> str:
        if table not in contract_tables():
            raise ValueError(f"is no table of the contract; {_near(table, contract_tables())}")
        return table

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.source_table is None) == (self.query is None):
            raise ValueError("needs either from or query; keep one of them")
        return self

    @property
    def contract(self) -> Table:
        """The contract's table that it fills."""
        return contract_tables()[self.table]


def contract_tables() -> dict[str, Table]:
    """What a mapping may fill, by name."""
    return {**contract.tables(), IDENTITY.name: IDENTITY}


def column_faults(mapping: TableMapping) -> list[tuple[str, str, str]]:
    """Key, value and sentence of each column that does not fit the contract."""
    table = mapping.contract
    faults = [
        (f"columns.{name}", "", "is required and missing; say where it is")
        for name in table.required
        if name not in mapping.columns
    ]
    for name, column in mapping.columns.items():
        key = f"columns.{name}"
        if not table.has(name):
            near = _near(name, [each.name for each in table.columns])
            faults.append((key, name, f"is no column of {table.name}; {near}"))
            continue
        target = table.column(name)
        for given, fits, todo in (
            (column.unit, target.kind in {"decimal", "integer", "double"}, "has a unit"),
            (column.words, target.kind == "text", "has words"),
            (column.cast, target.kind == "date", "has a cast for days"),
            (column.identity, "accounts" in {target.references, table.name}, "has identity"),
        ):
            if given and not fits:
                faults.append((key, target.kind, f"{todo}, which this column cannot have"))
        if "minor_units" in column.unit and "currency" not in mapping.columns:
            faults.append((key, "minor_units", "go by the currency; map the column currency"))
    return faults


def _near(name: str, among: object) -> str:
    near = process.extractOne(name, list(among))  # type: ignore[call-overload]
    return f"did you mean {near[0]}?"

"""A mapping as SQL: the view that fills a contract table, and what it leaves out, by one way.

Four steps, each a common table expression: the source's rows; each column as text, with why a row
is left out; the contract's words and defaults; the text read as number, moment or day. What could
not be read is kept as text beside the value, so that it is refused by name and never becomes empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import ErrorLevel, exp

from dashboard.contract import Column
from dashboard.mapping import dialects, gate
from dashboard.mapping.declared import ColumnMapping
from dashboard.mapping.dialects import Dialect
from dashboard.mapping.folders import Mapped
from dashboard.mapping.values import as_compared, known_words, read, worded
from dashboard.vocabulary import compared

IDENTITY_TABLE: Final = "account_identities"
"""Relation of the target schema: ``source``, ``source_id``, ``account_id``."""

DELETED: Final = "deleted in the source"
"""Reason of rows that the source itself marks as deleted."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A mapping for one engine.

    Parameters
    ----------
    mapped
        The mapping.
    dialect
        The engine.
    schema
        Where the source's tables lie, outermost first; that of ``source.yaml`` where ``None``.
    staged
        Whether the answer of ``rows`` lies in the table ``read_rows``, to be asked from there.
    """

    mapped: Mapped
    dialect: Dialect
    schema: tuple[str, ...] | None = None
    staged: bool = False

    def rows(self) -> str:
        """SELECT of what all the others are asked of: every row, read, with why it is left out."""
        return self._sql(exp.select("*").from_("read_rows"))

    def view(self) -> str:
        """SELECT of the contract table, typed; what cannot be read is empty, see ``faults``."""
        columns = [
            exp.alias_(exp.cast(_own(column.name), _type(column)), column.name)
            for column in self._columns()
        ]
        return self._sql(self._kept(*columns))

    def texts(self) -> str:
        """The same rows as text, what cannot be read as it stands in the source."""
        columns = []
        for column in self._columns():
            text: exp.Expr = exp.cast(_own(column.name), "varchar")
            if column.kind != "text":
                text = exp.func("coalesce", text, _own(f"text_{column.name}"))
            columns.append(exp.alias_(text, column.name))
        return self._sql(self._kept(*columns))

    def faults(self) -> str:
        """SELECT of values that cannot be read: ``row_key``, ``column_name``, ``value``."""
        several: list[exp.Select] = []
        key = [exp.cast(_own(name), "varchar") for name in self.mapped.mapping.contract.key]
        row_key = exp.func("concat_ws", exp.Literal.string(" | "), *key)
        for column in self._columns():
            if column.kind == "text":
                continue
            value, text = _own(column.name), _own(f"text_{column.name}")
            lost: exp.Expr = value.is_(exp.null())
            if column.money:
                lost = exp.or_(lost, value.neq(exp.cast(value.copy(), _type(column))))
            several.append(
                exp.select(
                    exp.alias_(row_key.copy(), "row_key"),
                    exp.alias_(exp.Literal.string(column.name), "column_name"),
                    exp.alias_(text, "value"),
                )
                .from_("read_rows")
                .where(_is_given(text.copy()), lost, _own("left_out").is_(exp.null()))
            )
        return self._sql(_united(several)) if several else ""

    def left_out(self) -> str:
        """SELECT of what is left out: ``reason``, ``left_out_rows``, ``amount``."""
        return self._sql(
            exp.select(
                exp.alias_(_own("left_out"), "reason"),
                exp.alias_(exp.Count(this=exp.Star()), "left_out_rows"),
                exp.alias_(self._amount(), "amount"),
            )
            .from_("read_rows")
            .where(_is_given(_own("left_out")))
            .group_by(_own("left_out"))
        )

    def words(self) -> str:
        """SELECT of unknown words and defaults used, by column and value, with their amount.

        ``value`` is empty where the default stands in. Empty where no column has words or defaults.
        """
        several = []
        for column in self._columns():
            given = self.mapped.mapping.columns[column.name]
            raw = _own(f"raw_{column.name}")
            if given.default is not None:
                several.append(self._counted(column, raw.is_(exp.null())))
            if known := known_words(column, given):
                words = [exp.Literal.string(compared(word)) for word in known]
                unknown = exp.not_(exp.In(this=as_compared(raw), expressions=words))
                several.append(self._counted(column, exp.and_(_is_given(raw.copy()), unknown)))
        return self._sql(_united(several)) if several else ""

    def total(self) -> str:
        """SELECT of how many rows there are before any is left out, and their amount."""
        return self._sql(
            exp.select(
                exp.alias_(exp.Count(this=exp.Star()), "source_rows"),
                exp.alias_(self._amount(), "amount"),
            ).from_("read_rows")
        )

    def _columns(self) -> Iterator[Column]:
        for column in self.mapped.mapping.contract.columns:
            if column.name in self.mapped.mapping.columns:
                yield column

    def _counted(self, column: Column, condition: exp.Expr) -> exp.Select:
        raw = _own(f"raw_{column.name}")
        return (
            exp.select(
                exp.alias_(exp.Literal.string(column.name), "column_name"),
                exp.alias_(raw, "value"),
                exp.alias_(exp.Count(this=exp.Star()), "unmapped_rows"),
                exp.alias_(self._amount(), "amount"),
            )
            .from_("read_rows")
            .where(condition, _own("left_out").is_(exp.null()))
            .group_by(raw.copy())
        )

    def _amount(self) -> exp.Expr:
        money = next((column.name for column in self._columns() if column.money), None)
        if money is None:
            return exp.cast(exp.null(), "decimal(38, 2)")
        return exp.cast(exp.Sum(this=_own(money)), "decimal(38, 2)")

    def _kept(self, *columns: exp.Expr) -> exp.Select:
        return exp.select(*columns).from_("read_rows").where(_own("left_out").is_(exp.null()))

    def _sql(self, select: exp.Query) -> str:
        """A query over ``read_rows`` with the steps that lead to it in front."""
        if not self.staged:
            for name, step in self._steps():
                select = select.with_(name, as_=step, copy=False)
        return select.sql(self.dialect, pretty=True, unsupported_level=ErrorLevel.RAISE)

    def _steps(self) -> Iterator[tuple[str, exp.Query]]:
        mapping = self.mapped.mapping
        source: exp.Query
        if mapping.query is not None:
            source = gate.query(mapping.query)
            for table in gate.source_tables(source):
                table.replace(self._relation(table.name, table.alias))
        else:
            source = exp.select("*").from_(self._relation(str(mapping.source_table), ""))
        if self.mapped.uses_identities:
            yield gate.IDENTITIES, self._identities()
        yield "source_rows", dialects.in_dialect(source, self.dialect)
        yield "raw_rows", self._raw_rows()
        yield "worded_rows", self._worded_rows()
        yield "read_rows", self._read_rows()

    def _relation(self, table: str, alias: str) -> exp.Expr:
        schema = self.schema
        if schema is None:
            schema = tuple(part for part in self.mapped.source.relation.split(".") if part)
        parts = [exp.to_identifier(part) for part in (*schema, table)]
        relation = exp.Table(**dict(zip(("this", "db", "catalog"), reversed(parts), strict=False)))
        return exp.alias_(relation, alias, table=True) if alias else relation

    def _identities(self) -> exp.Select:
        """Ids of this source that mean one account; one that means two means none."""
        source = exp.Literal.string(self.mapped.source.name)
        account = _own("account_id")
        return (
            exp.select(_own("source_id"), exp.alias_(exp.Min(this=account), "account_id"))
            .from_(IDENTITY_TABLE)
            .where(_own("source").eq(source), _is_given(account.copy()))
            .group_by(_own("source_id"))
            .having(exp.Count(this=exp.Distinct(expressions=[account.copy()])).eq(1))
        )

    def _raw_rows(self) -> exp.Select:
        mapping, joins = self.mapped.mapping, []
        columns: list[exp.Expr] = []
        for column in self._columns():
            given = mapping.columns[column.name]
            raw = self._raw(given)
            if column.kind != "text":
                raw = exp.func("nullif", exp.Trim(this=raw), exp.Literal.string(""))
            if given.identity:
                # An id without an account must not pass for another account's id.
                alias = f"identity_of_{column.name}"
                named = exp.DPipe(
                    this=exp.Literal.string(f"{self.mapped.source.name}:"), expression=raw.copy()
                )
                joins.append((alias, raw))
                raw = exp.func("coalesce", exp.column("account_id", alias), named)
            columns.append(exp.alias_(raw, f"raw_{column.name}"))
        columns.append(exp.alias_(self._why_left_out(), "left_out"))
        select = exp.select(*columns).from_("source_rows")
        for alias, raw in joins:
            select = select.join(
                exp.alias_(exp.to_table(gate.IDENTITIES), alias, table=True),
                on=exp.column("source_id", alias).eq(raw.copy()),
                join_type="left",
            )
        return select

    def _raw(self, given: ColumnMapping) -> exp.Expr:
        if given.value is not None:
            return exp.cast(exp.Literal.string(given.value), "varchar")
        if given.sql is not None:
            return dialects.text(self._expression(given.sql))
        texts = [dialects.text(self._source_column(name)) for name in given.source]
        return texts[0] if len(texts) == 1 else exp.func("coalesce", *texts)

    def _source_column(self, name: str) -> exp.Column:
        return exp.Column(
            this=dialects.identifier(name, self.dialect), table=exp.to_identifier("source_rows")
        )

    def _why_left_out(self) -> exp.Expr:
        case = exp.Case()
        for name in self.mapped.deleted:
            text = dialects.text(self._source_column(name))
            case = case.when(dialects.truth(text).eq(exp.true()), exp.Literal.string(DELETED))
        for reason, condition in self.mapped.mapping.leave_out.items():
            holds = exp.paren(self._expression(condition))
            case = case.when(holds, exp.Literal.string(reason))
        return case if case.args.get("ifs") else exp.cast(exp.null(), "varchar")

    def _expression(self, text: str) -> exp.Expr:
        """SQL of the mapping over the source's columns."""
        parsed = dialects.in_dialect(gate.expression(text), self.dialect)
        for column in parsed.find_all(exp.Column):
            column.set("table", exp.to_identifier("source_rows"))
        return parsed

    def _worded_rows(self) -> exp.Select:
        columns: list[exp.Expr] = [exp.Star()]
        for column in self._columns():
            given = self.mapped.mapping.columns[column.name]
            text = worded(column, given, _own(f"raw_{column.name}"))
            columns.append(exp.alias_(text, f"text_{column.name}"))
        return exp.select(*columns).from_("raw_rows")

    def _read_rows(self) -> exp.Select:
        columns: list[exp.Expr] = [_own("left_out")]
        for column in self._columns():
            given = self.mapped.mapping.columns[column.name]
            text = _own(f"text_{column.name}")
            value = read(column, given, text, self.mapped, self.dialect)
            columns.append(exp.alias_(value, column.name))
            if column.kind != "text":
                columns.append(text.copy())
            if given.words or column.vocabulary or given.default is not None:
                columns.append(_own(f"raw_{column.name}"))
        return exp.select(*columns).from_("worded_rows")


def _type(column: Column) -> exp.DataType:
    return exp.DataType.build(column.sql_type, dialect="duckdb")


def _own(name: str) -> exp.Column:
    return exp.column(name)


def _is_given(value: exp.Expr) -> exp.Expr:
    return exp.not_(value.is_(exp.null()))


def _united(several: list[exp.Select]) -> exp.Query:
    whole: exp.Query = several[0]
    for one in several[1:]:
        whole = exp.union(whole, one, distinct=False)
    return whole

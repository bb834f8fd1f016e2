"""What an import found: files, rows, broken rules and refusals, as text and as plain data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from dashboard.formats import count_of
from dashboard.vocabulary import NOTICES
from dashboard.warehouse.base import DERIVED_FROM

SHOWN_PER_RULE: Final = 20
"""Broken rows the text names for each rule; the plain data name every one that was listed."""

LISTED_PER_RULE: Final = 10_000
"""Broken rows a report lists for each rule; beyond them it only counts, and says so."""

CELL_WIDTH: Final = 60
LINE_WIDTH: Final = 400
"""Characters the text shows of a broken value, and of a reason or a name; the rest is cut."""

MEANINGS: Final[Mapping[str, str]] = {
    "unreadable": "the value cannot be read as the column's type",
    "money_decimals": "money has more than two decimals",
    "not_finite": "the number is NaN or infinite",
    "required": "a required value is empty",
    "vocabulary": "the word is not one the contract knows",
    "range": "the number is out of range",
    "date_out_of_bounds": "the date lies before 1990 or more than 20 years ahead",
    "key_repeated": "the id was already used by an earlier row",
    "reference_missing": "the row it refers to does not exist",
    "refers_to_left_out": "the row it refers to is itself in quarantine",
    "movements_run_below_zero": "an account's movements sum to less than zero",
    "movements_start_with_new": "an account's first ARR does not come with a new movement",
    "return_only_with_reactivation": "an account returns from zero without a reactivation",
    "reach_zero_only_with_churn": "an account reaches zero without a churn",
    "arr_differs_from_subscriptions": "ARR by movements is not ARR by live subscriptions",
    "closed_renewals_without_date": "a closed renewal has no closing day",
    "churned_renewals_with_arr": "a churned renewal has renewed ARR other than 0",
    "csat_answers_out_of_range": "a CSAT answer is not between 1 and 5",
    "currency_without_rate": "the currency has no exchange rate on or before the day",
}
"""Each rule in words."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One value or row that breaks one rule.

    Attributes
    ----------
    row
        Row of the file, from 1 and counting the header of CSV and Excel: the first data row is 2
        there and 1 in Parquet. A CSV record that spans lines is one row, a blank line none.
    row_key
        The row's key, the parts of a longer key joined by `` | ``.
    value
        The value as it stands in the file, at most 500 characters of it.
    arr
        ARR it touches in its own currency: the row's own money, else the account's ARR on the
        as-of date, else ``None``.
    """

    table: str
    file: str
    row: int | None
    row_key: str | None
    column: str | None
    rule: str
    value: str | None
    account_id: str | None
    arr: Decimal | None

    def as_json(self) -> dict[str, object]:
        """The violation with money as text, fit for JSON."""
        return {
            "table": self.table,
            "file": self.file,
            "row": self.row,
            "row_key": self.row_key,
            "column": self.column,
            "rule": self.rule,
            "value": self.value,
            "account_id": self.account_id,
            "arr": _money(self.arr),
        }


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file, or one sheet of a workbook, and the table it fills; none where a mapping read."""

    file: str
    table: str
    rows: int
    sha256: str
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSum:
    """How often a rule was broken, exactly, however many rows are listed.

    ARR counts each row's own money once, and an account's ARR once where the rows have none.
    Currencies are added as they stand.
    """

    rule: str
    rows: int
    arr: Decimal | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What breaks no rule but changes what a number means, with the rows it is about.

    ARR is added as it stands in each currency; it is null where the rows have none.
    """

    notice: str
    rows: int
    accounts: int
    arr: Decimal | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import read, found and loaded."""

    loaded: bool
    files: tuple[FileRead, ...] = ()
    ignored_files: tuple[str, ...] = ()
    rows_loaded: Mapping[str, int] | None = None
    rows_quarantined: Mapping[str, int] | None = None
    violations: tuple[Violation, ...] = ()
    sums: tuple[RuleSum, ...] = ()
    rows_derived: Mapping[str, int] | None = None
    notices: tuple[Notice, ...] = ()
    refused: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as plain data: money as text, every listed violation."""
        return {
            "loaded": self.loaded,
            "files": [
                {
                    "file": read.file,
                    "table": read.table,
                    "rows": read.rows,
                    "sha256": read.sha256,
                    "ignored_columns": list(read.ignored_columns),
                }
                for read in self.files
            ],
            "ignored_files": list(self.ignored_files),
            "rows_loaded": dict(self.rows_loaded or {}),
            "rows_quarantined": dict(self.rows_quarantined or {}),
            "rows_derived": dict(self.rows_derived or {}),
            "notices": [
                {
                    "notice": each.notice,
                    "meaning": NOTICES[each.notice],
                    "rows": each.rows,
                    "accounts": each.accounts,
                    "arr": _money(each.arr),
                }
                for each in self.notices
            ],
            "rules": [
                {
                    "rule": each.rule,
                    "meaning": MEANINGS.get(each.rule, each.rule),
                    "rows": each.rows,
                    "arr": _money(each.arr),
                }
                for each in self.sums
            ],
            "violations": [violation.as_json() for violation in self.violations],
            "listed_per_rule": LISTED_PER_RULE,
            "refused": list(self.refused),
        }


def as_text(report: ImportReport) -> str:
    """A report for a person: verdict, files, then each broken rule with its first rows."""
    return "\n".join(_lines(report))


def violations_as_text(violations: Iterable[Violation], sums: Iterable[RuleSum] = ()) -> str:
    """For each rule how many rows break it, the ARR they touch and the first of them.

    Without ``sums`` they are counted over the violations given.
    """
    return "\n".join(_violation_lines(violations, sums)) or "Every rule is kept."


def _lines(report: ImportReport) -> Iterator[str]:
    loaded = report.rows_loaded or {}
    yield verdict(report)
    if report.refused:
        yield from ("", "Refused", *(f"  {_plain(reason)}" for reason in report.refused))
    if report.files:
        yield from ("", "Files")
        yield from _table(
            ("file", "table", "rows", "loaded", "sha256"),
            [
                (
                    read.file,
                    read.table,
                    f"{read.rows:,}",
                    f"{loaded.get(read.table, 0):,}",
                    read.sha256[:12],
                )
                for read in report.files
            ],
        )
    for read in report.files:
        if read.ignored_columns:
            names = ", ".join(map(_plain, read.ignored_columns))
            yield f"  {_plain(read.file)}: ignored columns {names}"
    if report.ignored_files:
        names = ", ".join(map(_plain, report.ignored_files))
        yield f"  Ignored, not named after a table: {names}"
    for table, rows in (report.rows_derived or {}).items():
        yield f"  Derived from {DERIVED_FROM[table]}: {rows:,} rows of {table}"
    if report.notices:
        yield from ("", "Worth knowing, no rule is broken")
        for each in report.notices:
            arr = "" if each.arr is None else f", ARR {each.arr:,.2f}"
            of = f"{count_of(each.rows, 'row')}, {count_of(each.accounts, 'account')}"
            yield f"  {NOTICES[each.notice]}: {of}{arr}"
    if report.violations:
        yield ""
        yield from _violation_lines(report.violations, report.sums)


def verdict(report: ImportReport) -> str:
    """What came of an import, in one sentence."""
    rows = report.rows_loaded or {}
    if report.loaded:
        left_out = sum((report.rows_quarantined or {}).values())
        quarantined = f" and kept {left_out:,} in quarantine" if left_out else ""
        return f"Loaded {sum(rows.values()):,} rows into {len(rows)} tables{quarantined}."
    if report.refused:
        return "Nothing was loaded: the files cannot be read as they are."
    broken = sum(each.rows for each in report.sums)
    return f"Nothing was loaded: {broken:,} {'row breaks' if broken == 1 else 'rows break'} a rule."


def _violation_lines(violations: Iterable[Violation], sums: Iterable[RuleSum]) -> Iterator[str]:
    by_rule = {
        rule: list(rows)
        for rule, rows in groupby(
            sorted(violations, key=lambda each: each.rule), lambda each: each.rule
        )
    }
    totals = {each.rule: each for each in sums}
    for rule, listed in by_rule.items():
        total = totals.get(rule) or _summed(rule, listed)
        arr = "ARR unknown" if total.arr is None else f"ARR {total.arr:,.2f}"
        noun = "row" if total.rows == 1 else "rows"
        yield f"{rule}: {MEANINGS.get(rule, rule)} ({total.rows:,} {noun}, {arr})"
        yield from _table(
            ("file", "row", "column", "key", "value", "ARR"),
            [
                (
                    each.file or each.table,
                    "" if each.row is None else str(each.row),
                    each.column or "",
                    each.row_key or "",
                    "(empty)" if each.value is None else each.value,
                    "" if each.arr is None else f"{each.arr:,.2f}",
                )
                for each in listed[:SHOWN_PER_RULE]
            ],
        )
        more = max(total.rows, len(listed)) - SHOWN_PER_RULE
        if more > 0:
            yield f"  and {more:,} more"


def _summed(rule: str, violations: list[Violation]) -> RuleSum:
    known = [each.arr for each in violations if each.arr is not None]
    return RuleSum(rule, len(violations), sum(known, Decimal(0)) if known else None)


def _table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    plain = [names, *(tuple(_plain(cell, CELL_WIDTH) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
    for row in plain:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _plain(text: str, width: int = LINE_WIDTH) -> str:
    """Outside text without what could move the cursor or turn the reading direction."""
    cut = text if len(text) <= width else f"{text[: width - 3]}..."
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"

"""Files of a folder into a new embedded warehouse, if they keep the contract's rules."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from dashboard import contract
from dashboard.ingest import checks, derivation, loading
from dashboard.ingest.files import Found, found
from dashboard.ingest.report import (
    LISTED_PER_RULE,
    FileRead,
    ImportReport,
    Notice,
    RuleSum,
    Violation,
)
from dashboard.ingest.sources import Source, why
from dashboard.ingest.staging import Staging
from dashboard.policy import Policy
from dashboard.warehouse.build import building
from dashboard.warehouse.embedded import HARDENED

_LISTED: Final = """
select table_name, row_number, row_key, column_name, rule, value, account_id, arr
from staging.main.violations
where {judged}
qualify row_number() over (partition by rule order by table_name, row_number, column_name)
    <= {listed}
"""
_SUMS: Final = """
with

judged as (

    select * from staging.main.violations where {judged}

),

touched as (

    select
        rule,
        any_value(arr) as arr
    from judged
    group by
        rule,
        table_name,
        is_account_arr,
        case when is_account_arr and arr is not null then account_id else row_key end,
        case when is_account_arr and arr is not null then null else row_number end

)

select
    judged.rule,
    count(distinct (judged.table_name, coalesce(judged.row_number, -1), judged.row_key)) as rows,
    (select sum(touched.arr) from touched where touched.rule = judged.rule) as arr
from judged
group by judged.rule
order by judged.rule
"""
# A row that cannot be read breaks the sums of its account as well; the file is to be mended first.
_NOT_OF_A_BROKEN_ACCOUNT: Final = """
(
    rule in ({of_one_row})
    or not exists (
        select 1 from staging.main.violations as row_level
        where row_level.rule in ({of_one_row}) and row_level.account_id = violations.account_id
    )
)
"""


class _NotLoadedError(Exception):
    """Ends the building of a warehouse that shall not be kept."""


def import_folder(
    folder: Path,
    target: Path,
    *,
    policy: Policy,
    as_of: date,
    quarantine: bool = False,
    origins: Iterable[FileRead] = (),
    noted: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ImportReport:
    """Import a folder of CSV, Parquet and Excel files named after contract tables.

    Unless every file can be read and every rule is kept, nothing is loaded and ``target`` stays as
    it was, to the byte. With ``quarantine``, rows that break a rule of their own are left out and
    kept aside in the warehouse, with what refers to them; rules across rows are only noted in
    ``broken_rules``. A file that cannot be read, or lacks a required column, is refused either way.

    Parameters
    ----------
    folder
        Where the files lie; sub-folders are not entered.
    target
        Where the warehouse shall lie.
    policy
        Its reporting currency needs no exchange rate; its bands score the weekly snapshot.
    as_of
        The day the data speak for.
    quarantine
        Whether to load what is sound when something is not.
    origins
        Files that those of the folder were made from, to be listed with them.
    noted
        What the manifest of the warehouse shall say beside its own entries.
    progress
        Told what is being done.
    """
    progress(f"looking into {folder.name}")
    files = found(folder)
    if files.refused:
        return ImportReport(
            loaded=False, ignored_files=tuple(files.ignored), refused=tuple(files.refused)
        )
    running = _Import(files, policy, as_of, quarantine=quarantine, progress=progress)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside,
            building(
                target, policy=policy, as_of=as_of, origin="import", progress=progress
            ) as connection,
        ):
            running.fill(connection, Path(beside))
            loading.note_files(origins, connection)
            loading.note_entries(noted or {}, connection)
    except _NotLoadedError:
        return running.report(loaded=False)
    except duckdb.Error as error:
        running.refused.append(f"the warehouse could not be built: {str(error).splitlines()[0]}")
        return running.report(loaded=False)
    except OSError as error:
        running.refused.append(f"{target.name} cannot be written: {error.strerror}")
        return running.report(loaded=False)
    return replace(running.report(loaded=True), notices=_noticed(target))


def _noticed(target: Path) -> tuple[Notice, ...]:
    with duckdb.connect(str(target), read_only=True, config=HARDENED) as warehouse:
        rows = warehouse.execute("select * from notices order by notice").fetchall()
    return tuple(Notice(*row) for row in rows)


class _Import:
    """One run of an import and what it has found so far."""

    def __init__(
        self,
        files: Found,
        policy: Policy,
        as_of: date,
        *,
        quarantine: bool,
        progress: Callable[[str], None],
    ) -> None:
        self._files = files
        self._policy = policy
        self._as_of = as_of
        self._quarantine = quarantine
        self._progress = progress
        self._reads: list[FileRead] = []
        self._violations: tuple[Violation, ...] = ()
        self._sums: tuple[RuleSum, ...] = ()
        self._rows_loaded: dict[str, int] = {}
        self._rows_quarantined: dict[str, int] = {}
        self._rows_derived: dict[str, int] = {}
        self.refused: list[str] = []

    def report(self, *, loaded: bool) -> ImportReport:
        """What has been found."""
        return ImportReport(
            loaded=loaded,
            files=tuple(self._reads),
            ignored_files=tuple(self._files.ignored),
            rows_loaded=self._rows_loaded if loaded else {},
            rows_quarantined=self._rows_quarantined if loaded else {},
            rows_derived=self._rows_derived if loaded else {},
            violations=self._violations,
            sums=self._sums,
            refused=tuple(self.refused),
        )

    def fill(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Stage, check and load; raises ``_NotLoadedError`` where nothing shall be loaded."""
        staging = Staging(connection, folder, self._as_of)
        for source in self._files.sources:
            self._read(staging, source)
        if self.refused:
            raise _NotLoadedError
        staging.keep()
        self._check(staging)
        self._collect(staging)
        if self._violations and not self._quarantine:
            raise _NotLoadedError
        self._progress("loading")
        loading.load(staging, connection)
        loading.note_files(self._reads, connection)
        if self._violations:
            loading.set_aside(staging, connection)
        self._count_rows(connection)
        self._rows_derived = derivation.derive(
            connection, staging.sources.keys(), policy=self._policy, as_of=self._as_of
        )
        staging.close()

    def _read(self, staging: Staging, source: Source) -> None:
        self._progress(f"reading {source.file}")
        before = source.path.stat()
        try:
            rows = staging.read(source)
        except duckdb.Error as error:
            self.refused.append(f"{source.file}: {why(error)}")
            return
        after = source.path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            self.refused.append(f"{source.file}: the file changed while it was read")
        self._reads.append(
            FileRead(
                source.file,
                source.table.name,
                rows,
                self._files.hashes[source.path],
                source.ignored_columns,
            )
        )

    def _check(self, staging: Staging) -> None:
        for name, source in staging.sources.items():
            self._progress(f"checking {name}")
            staging.check_rows(source.table)
        staging.leave_out(checks.LEAVE_OUT)
        self._ask(staging, checks.OF_ONE_ROW)
        staging.leave_out(checks.LEAVE_OUT)
        if self._quarantine:
            staging.leave_out_what_refers_to_them()
        self._progress("checking movements and ARR")
        self._ask(staging, checks.across_rows())

    def _ask(self, staging: Staging, names: Iterable[str]) -> None:
        for name in names:
            if not checks.rests_on(name) <= staging.sources.keys():
                continue
            staging.note_found(*checks.asked(name, policy=self._policy, as_of=self._as_of))

    def _collect(self, staging: Staging) -> None:
        judged = "true"
        if not self._quarantine:
            of_one_row = ", ".join(f"'{rule}'" for rule in checks.LEAVE_OUT)
            judged = _NOT_OF_A_BROKEN_ACCOUNT.format(of_one_row=of_one_row)
        listed = staging.connection.execute(
            _LISTED.format(judged=judged, listed=LISTED_PER_RULE)
        ).fetchall()
        order = list(contract.tables())
        violations = (
            Violation(
                table, staging.sources[table].file, row, key, column, rule, value, account, arr
            )
            for table, row, key, column, rule, value, account, arr in listed
        )
        self._violations = tuple(
            sorted(
                violations,
                key=lambda each: (order.index(each.table), each.row or 0, each.column or ""),
            )
        )
        self._sums = tuple(
            RuleSum(rule, rows, None if arr is None else Decimal(arr))
            for rule, rows, arr in staging.connection.execute(
                _SUMS.format(judged=judged)
            ).fetchall()
        )

    def _count_rows(self, connection: duckdb.DuckDBPyConnection) -> None:
        for read in self._reads:
            row = connection.execute(f"select count(*) from {read.table}").fetchone()  # noqa: S608
            self._rows_loaded[read.table] = int(row[0]) if row else 0
            if left_out := read.rows - self._rows_loaded[read.table]:
                self._rows_quarantined[read.table] = left_out

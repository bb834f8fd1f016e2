"""A company of 100,000 accounts and 50 million weekly health rows, imported from Parquet.

    python -m benchmarks.large_import

Writes the files into a temporary folder with plain DuckDB, then imports them by the command of
``docs/getting-started.md`` in a process of its own, over a warehouse that is there already. While
it runs, the app's own warehouse class asks the old data for the ARR again and again. Prints the
seconds and the largest memory of the import, how often the old data answered, the slowest answer,
and that the next question is answered from the new data. Exit code 1 beyond ``--most-minutes`` or
``--most-gigabytes``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from dashboard.access import EVERYTHING
from dashboard.demo import build_demo
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import overview
from dashboard.warehouse.embedded import EmbeddedWarehouse

AS_OF = date(2026, 10, 31)
MEASURES = "['deployment', 'engagement', 'adoption', 'roi', 'nps', 'support', 'sentiment']"
FILES = {
    "team_members": """
        select 'm' || i as member_id, 'Member ' || i as name, 'm' || i || '@example.com' as email,
            'csm' as role from range({members}) as t(i)""",
    "accounts": """
        select 'a' || i as account_id, 'Account ' || i as account_name,
            ['Enterprise', 'Mid-market', 'SMB'][1 + i % 3] as segment,
            ['EMEA', 'Americas', 'APAC'][1 + i % 3] as region, 'm' || i % {members} as csm_id,
            'Adoption' as lifecycle_stage, date '2024-01-01' as customer_since
        from range({accounts}) as t(i)""",
    "subscriptions": """
        select 's' || i || '-' || year as subscription_id, 'a' || i as account_id,
            make_date(2024 + year, 1 + i % 12, 1) as starts_on,
            make_date(2025 + year, 1 + i % 12, 1) as ends_on,
            cast(1000 + i % 977 + 50 * year as decimal(18, 2)) as arr
        from range({accounts}) as t(i), range(3) as years(year) where i % 50 <> 7 or year < 2""",
    "renewals": """
        select 'r' || i as renewal_id, 'a' || i as account_id,
            make_date(2027, 1 + i % 12, 1) as due_on,
            cast(1100 + i % 977 as decimal(18, 2)) as arr_due, 'open' as status
        from range({accounts}) as t(i) where i % 50 <> 7""",
    "health_scores": """
        select 'a' || i as account_id,
            cast(date '2026-10-26' - cast(7 * week as integer) as date) as measured_on,
            measure, cast((i * 7 + week * 3) % 101 as double) as score
        from range({weeks}) as weeks(week), range({accounts}) as t(i),
            (select unnest({measures}) as measure)""",
}


def main() -> None:
    """Write, import, ask meanwhile, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--health-rows", type=int, default=50_000_000)
    parser.add_argument("--most-minutes", type=float, default=10)
    parser.add_argument("--most-gigabytes", type=float, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds, gigabytes = report(Path(folder), given.accounts, given.health_rows)
    if seconds > 60 * given.most_minutes or gigabytes > given.most_gigabytes:
        raise SystemExit(1)


def report(folder: Path, accounts: int, health_rows: int) -> tuple[float, float]:
    """Seconds and gigabytes of the import, with everything printed."""
    files = folder / "files"
    files.mkdir()
    rows = write(files, accounts, -(-health_rows // (7 * accounts)))
    say(", ".join(f"{count:,} {table}" for table, count in rows.items()))
    target = folder / "company.duckdb"
    build_demo(target, policy=Policy(), as_of=AS_OF)
    warehouse = EmbeddedWarehouse(target, Policy())
    old = warehouse.freshness().version
    started = time.monotonic()
    command = ["import", str(files), "--warehouse", str(target), "--as-of", AS_OF.isoformat()]
    running = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "dashboard", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    answers: list[float] = []
    while True:
        asked = time.monotonic()
        found = overview.by_day(warehouse, EVERYTHING, Filters(AS_OF))
        answers.append(time.monotonic() - asked)
        if warehouse.freshness().version == old and found.is_empty():
            raise SystemExit("The old data gave no answer while the new were loaded.")
        ended, code, used = os.wait4(running.pid, os.WNOHANG)
        if ended:
            break
        time.sleep(2)
    seconds, gigabytes = time.monotonic() - started, used.ru_maxrss / 1024**2
    if code:
        raise SystemExit("The import failed.")
    say(f"imported in {seconds:.0f} s with at most {gigabytes:.2f} GB")
    say(
        f"the old data answered {len(answers)} times meanwhile, the slowest in {max(answers):.2f} s"
    )
    if warehouse.freshness().version == old:
        raise SystemExit("The new data are not there.")
    asked = time.monotonic()
    found = overview.by_day(warehouse, EVERYTHING, Filters(AS_OF))
    say(f"the new data answer in {time.monotonic() - asked:.2f} s, {len(found)} rows")
    return seconds, gigabytes


def write(folder: Path, accounts: int, weeks: int) -> dict[str, int]:
    """The files, and the rows of each."""
    rows = {}
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '4GB'")
        for table, query in FILES.items():
            text = query.format(accounts=accounts, members=500, weeks=weeks, measures=MEASURES)
            file = folder / f"{table}.parquet"
            (count,) = connection.execute(f"copy ({text}) to '{file}' (format parquet)").fetchone()
            rows[table] = count
    return rows


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Retention over 24 months: the question's own SQL against plain SQL written for it by hand.

    python -m benchmarks.retention_by_period --accounts 100000

Builds a demo company of that size in a temporary folder (or takes ``--warehouse FILE``), asks
``retention/by_period`` as the app does, and then the same numbers by hand-written SQL that knows
neither viewers nor policies nor late bookings: the plain join of accounts and periods, the join of
two steps of an account, and the same by runs of periods. They take turns, so that a noisy machine
slows all alike, and must agree to the cent before a time is believed. Prints each one's best and
median time and the ratio of the question to the fastest of the others.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from dashboard.access import EVERYTHING
from dashboard.demo import build_demo
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries.periods import ALL_KNOWN, rules
from dashboard.warehouse import sql
from dashboard.warehouse.sql import bound

AS_OF = date(2026, 10, 31)
FIRST = date(2023, 11, 1)

WINDOWS = f"""
ends as (
    select period_start_on as b from fiscal_periods
    where grain = 'month' and period_start_on <= date '{AS_OF}'
    union select date '{AS_OF}'
),
windows as (
    select cast(row_number() over (order by b) as integer) as w,
        cast(b - interval '1 year' as date) as a, b
    from ends where cast(b - interval '1 year' as date) >= date '{FIRST}'
),
rates as (
    select w, a, b, 'USD' as currency, cast(1 as decimal(28, 8)) as rate from windows
    union all
    select w, a, b, currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from windows inner join fx_rates on valid_on <= a where currency <> 'USD' group by all
)
"""
ANSWER = """
select w, sum(was), sum(now),
    sum(case when was > 0 then now end) / sum(was),
    sum(case when was > 0 then least(was, now) end) / sum(was),
    count_if(was > 0 and now > 0) / count_if(was > 0), count_if(was > 0)
from each_account group by w order by w
"""
PLAIN = {
    "join of accounts and periods": f"""
with {WINDOWS},
opening as (
    select w, account_id, currency, cast(round(arr * rate, 2) as decimal(38, 2)) as was
    from arr_steps inner join rates using (currency) where starts_on <= a and ends_on > a
),
closing as (
    select w, account_id, cast(round(arr * rate, 2) as decimal(38, 2)) as now
    from arr_steps inner join rates using (currency) where starts_on <= b and ends_on > b
),
each_account as (select * from opening inner join closing using (w, account_id))
{ANSWER}""",
    "join of two steps of an account": f"""
with {WINDOWS},
each_account as (
    select w, cast(round(o.arr * rate, 2) as decimal(38, 2)) as was,
        cast(round(c.arr * rate, 2) as decimal(38, 2)) as now
    from arr_steps as o inner join rates using (currency)
    inner join arr_steps as c on o.account_id = c.account_id
    where o.starts_on <= a and o.ends_on > a and c.starts_on <= b and c.ends_on > b
)
{ANSWER}""",
    "runs of periods": f"""
with {WINDOWS},
days as (select starts_on as d from arr_steps union select ends_on from arr_steps),
places as (
    select d, cast(count_if(a < d) as integer) as starts, cast(count_if(b < d) as integer) as ends
    from days cross join windows group by d
),
placed as (
    select account_id, currency, arr, f.starts as o1, n.starts as o2, f.ends as c1, n.ends as c2
    from arr_steps inner join places as f on f.d = starts_on inner join places as n on n.d = ends_on
),
pairs as (
    select o.currency, o.arr as was, c.arr as now,
        greatest(o.o1, c.c1) + 1 as w1, least(o.o2, c.c2) + 1 as w2
    from placed as o inner join placed as c on o.account_id = c.account_id
    where o.o2 > o.o1 and c.c2 > c.c1 and o.o1 < c.c2 and c.c1 < o.o2
),
pieces as (
    select w1, w2, was, now from pairs where currency = 'USD'
    union all
    select w, w + 1, cast(round(was * rate, 2) as decimal(38, 2)),
        cast(round(now * rate, 2) as decimal(38, 2))
    from pairs inner join (
        select distinct w1, w2, rates.w, rates.currency, rate from pairs
        inner join rates on rates.currency = pairs.currency and w >= w1 and w < w2
        where pairs.currency <> 'USD'
    ) as each using (currency, w1, w2)
),
sums as (
    select w1 as at_w, sum(was) as was, sum(now) as now, sum(case when was > 0 then now end) as net,
        sum(case when was > 0 then least(was, now) end) as gross,
        count_if(was > 0 and now > 0) as kept, count_if(was > 0) as logos
    from pieces group by w1
    union all
    select w2, -sum(was), -sum(now), -sum(case when was > 0 then now end),
        -sum(case when was > 0 then least(was, now) end),
        -count_if(was > 0 and now > 0), -count_if(was > 0)
    from pieces group by w2
)
select w, sum(was), sum(now), sum(net) / sum(was), sum(gross) / sum(was), sum(kept) / sum(logos),
    sum(logos)
from windows inner join sums on at_w <= w group by w order by w""",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--warehouse", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.warehouse or Path(folder) / "company.duckdb"
        if not given.warehouse:
            build_demo(path, policy=Policy(), as_of=AS_OF, accounts=given.accounts)
        report(path, given.rounds)


def report(path: Path, rounds: int) -> None:
    """Ask in turns and print the times."""
    with duckdb.connect(str(path), read_only=True) as connection:
        ways: dict[str, Callable[[], list[tuple[object, ...]]]] = {
            "retention/by_period": _question(connection)
        }
        for name, text in PLAIN.items():
            ways[name] = lambda text=text: connection.execute(text).fetchall()
        answers = {name: way() for name, way in ways.items()}
        for name in PLAIN:
            _compare(answers["retention/by_period"], answers[name], name)
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                begun = time.perf_counter()
                way()
                times[name].append(1000 * (time.perf_counter() - begun))
    periods = len(answers["retention/by_period"])
    sys.stdout.write(f"{path.name}: {periods} periods, {rounds} rounds\n")
    for name, taken in times.items():
        sys.stdout.write(
            f"{name:34}best {min(taken):7.0f} ms   median {statistics.median(taken):7.0f} ms\n"
        )
    own = times.pop("retention/by_period")
    for what, pick in (("best", min), ("median", statistics.median)):
        fastest = min(times, key=lambda name: pick(times[name]))
        sys.stdout.write(f"{what}: {pick(own) / pick(times[fastest]):.2f} x {fastest}\n")


def _question(connection: duckdb.DuckDBPyConnection) -> Callable[[], list[tuple[object, ...]]]:
    filters = Filters(AS_OF, since=FIRST)
    policy = Policy()
    params = (
        policy.params()
        | EVERYTHING.params()
        | filters.params()
        | rules(policy.retention(), filters, period="ttm")
        | {"known_on": ALL_KNOWN}
    )
    text, values = bound(sql.statement(sql.read("retention/by_period"), params))
    return lambda: connection.execute(text, values).fetchall()


def _compare(own: list[tuple[object, ...]], rows: list[tuple[object, ...]], name: str) -> None:
    if len(own) != len(rows):
        raise SystemExit(f"{name} has {len(rows)} periods, the question {len(own)}")
    for mine, other in zip(own, rows, strict=True):
        exact = mine[2:4] == other[1:3] and mine[7] == other[6]
        near = all(
            abs(float(a) - float(b)) < 1e-9  # type: ignore[arg-type]  # noqa: PLR2004 -- rates
            for a, b in zip(mine[4:7], other[3:6], strict=True)
        )
        if not (exact and near):
            raise SystemExit(f"{name} differs: {mine} and {other}")


if __name__ == "__main__":
    main()

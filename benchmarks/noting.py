"""What the audit log costs a rerun: without it, with views noted before, and with new ones.

    python -m benchmarks.noting --page renewals --reruns 60

Builds the demo company in a temporary folder, opens a page by Streamlit's test runner and runs it
again and again: without noting, as it is (each view was noted before), and with every view new, so
that the background thread writes while the page runs. They take turns, so that a noisy machine
slows all alike. Prints the median and the 95th percentile of each, the median time of a processor,
which other programs of the machine do not change, and what one call costs.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import noting, session
from dashboard.access import EVERYTHING
from dashboard.audit import filters_of
from dashboard.demo import build_demo
from dashboard.filters import Filters
from dashboard.navigation import PAGES
from dashboard.policy import Policy
from dashboard.settings import ROOT
from dashboard.store.base import AuditEntry

AS_OF = date(2026, 10, 31)
CALLS = 2_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", default="renewals")
    parser.add_argument("--reruns", type=int, default=60)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.duckdb"
        build_demo(file, policy=Policy(), as_of=AS_OF)
        os.environ["CS_DASHBOARD_WAREHOUSE"] = str(file)
        os.environ["CS_DASHBOARD_STORE"] = f"sqlite:///{folder}/app.sqlite"
        page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
        page.switch_page(str((PAGES / f"{given.page}.py").relative_to(ROOT)))
        for _ in range(3):
            page.run()
        noting.recorder().flush()
        times = _in_turns(page, given.reruns)
        sys.stdout.write(f"{given.page}, {given.reruns} reruns of each, milliseconds\n")
        for name, both in times.items():
            taken, worked = zip(*both, strict=True)
            p95 = statistics.quantiles(taken, n=20)[-1]
            sys.stdout.write(
                f"  {name:<22} median {statistics.median(taken):6.1f}  p95 {p95:6.1f}"
                f"  processor {statistics.median(worked):6.1f}\n"
            )
        sys.stdout.write(f"  one view noted before  {_one_call() * 1e6:.1f} microseconds\n")
        noting.recorder().close()


def _in_turns(page: AppTest, reruns: int) -> dict[str, list[tuple[float, float]]]:
    noting = session._seen  # noqa: SLF001 -- what is measured is left out
    recorder = noting.recorder()

    def nothing(*_said: object, first: bool) -> None:
        del first

    def anew() -> None:
        recorder._seen.clear()  # noqa: SLF001 -- every view is a new one

    def prepared(name: str) -> Callable[[], None]:
        return anew if name == "every view is new" else lambda: None

    names = ("without", "noted before", "every view is new")
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(reruns):
        for name in names:
            session._seen = nothing if name == "without" else noting  # noqa: SLF001
            prepared(name)()
            before, work = time.perf_counter(), time.process_time()
            page.run()
            taken = time.perf_counter() - before, time.process_time() - work
            times[name].append((taken[0] * 1e3, taken[1] * 1e3))
    session._seen = noting  # noqa: SLF001
    return times


def _one_call() -> float:
    among, params = Filters(AS_OF), {"account_id": "A000001", "most": 5}
    recorder = noting.recorder()
    before = time.process_time()
    for _ in range(CALLS):
        entry = AuditEntry(
            datetime.now(UTC), "a", "csm", "health", "view", "b", filters_of(among, params), 5
        )
        recorder.seen(entry, among=("session", EVERYTHING))
    return (time.process_time() - before) / CALLS


if __name__ == "__main__":
    main()

"""Work in a process of its own: done there, told as it was, and over when nobody asks."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.apart import Apart, EndedError
from dashboard.settings import ROOT


@pytest.fixture
def apart():
    own = Apart()
    yield own
    own.end()


def test_work_is_done_in_another_process_and_the_next_in_the_same(apart):
    first = apart.work(os.getpid)

    assert first != os.getpid()
    assert apart.work(os.getpid) == first


def test_a_frame_goes_there_and_back(apart):
    frame = pl.DataFrame({"arr": [Decimal("1.10"), None], "due_on": [date(2026, 10, 31), None]})

    assert_frame_equal(apart.work(pl.DataFrame.reverse, frame), frame.reverse())


def test_what_is_raised_there_is_raised_here_and_the_process_goes_on(apart):
    before = apart.work(os.getpid)
    with pytest.raises(ValueError, match="invalid literal"):
        apart.work(int, "n/a")
    assert apart.work(os.getpid) == before


def test_what_a_library_prints_is_not_taken_for_an_answer(apart):
    apart.work(print, "converged in 12 steps")

    assert apart.work(len, "four") == 4


def test_those_who_ask_at_once_are_given_their_own_answers(apart):
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: apart.work(abs, -number), range(40))) == [*range(40)]


def test_a_process_that_ends_at_its_work_is_said_and_the_next_work_has_another(apart):
    before = apart.work(os.getpid)
    with pytest.raises(EndedError, match="kill"):
        apart.work(os.kill, before, signal.SIGKILL)
    assert apart.work(os.getpid) not in {before, os.getpid()}


def test_it_ends_when_nothing_is_asked():
    apart = Apart(idle_seconds=0.05)
    apart.work(len, "four")
    until = time.monotonic() + 20
    while apart.is_running and time.monotonic() < until:
        time.sleep(0.01)

    assert not apart.is_running
    assert apart.work(len, "four") == 4
    apart.end()


def test_it_ends_with_whoever_asks_however_that_ends():
    """A killed server leaves nothing behind: its end of the pipe is closed by the system."""
    asks = "import os, signal; from dashboard.apart import Apart; apart = Apart()"
    told = "print(apart.work(os.getpid), flush=True)"
    asked = subprocess.run(  # noqa: S603 -- our own module
        [sys.executable, "-c", f"{asks}; {told}; os.kill(os.getpid(), signal.SIGKILL)"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    worker = int(asked.stdout)
    until = time.monotonic() + 20
    while _runs(worker) and time.monotonic() < until:
        time.sleep(0.01)

    assert asked.returncode == -signal.SIGKILL
    assert not _runs(worker)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

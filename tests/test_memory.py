"""Answers kept in memory: asked once, for as long and as many as was said."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard import memory
from dashboard.memory import Memory

FRAME = pl.DataFrame({"arr": [1, 2, 3]})


def packed(frame):
    return ",".join(map(str, frame["arr"])).encode()


def unpacked(rows):
    return pl.DataFrame({"arr": [int(each) for each in rows.decode().split(",")]})


SIZE = len(packed(FRAME))


def keeping(*, at_most: int = 10, at_most_bytes: int = 10_000) -> Memory[pl.DataFrame]:
    return Memory(
        lasts=timedelta(minutes=15),
        at_most=at_most,
        at_most_bytes=at_most_bytes,
        packed=packed,
        unpacked=unpacked,
    )


def test_an_answer_is_asked_for_once():
    kept, asked = keeping(), []

    def ask():
        asked.append(1)
        return FRAME

    assert not kept.holds("nrr")
    assert kept.answer("nrr", ask) is FRAME
    assert_frame_equal(kept.answer("nrr", ask), FRAME)
    assert kept.holds("nrr")
    assert len(asked) == 1


def test_an_answer_of_another_key_is_another_one():
    kept = keeping()
    kept.answer(("nrr", "board"), lambda: FRAME)

    assert kept.answer(("nrr", "finance"), lambda: FRAME.head(1)).height == 1


def test_who_waits_at_once_is_given_the_same_answer():
    kept, asked, go = keeping(), [], threading.Event()

    def ask():
        asked.append(1)
        go.wait(20)
        return FRAME

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(kept.answer, "nrr", ask) for _ in range(8)]
        go.set()
        assert all(each.result() is FRAME for each in answers)
    assert len(asked) == 1


def test_an_error_is_raised_and_not_kept():
    kept = keeping()

    def fails():
        raise LookupError("no such table")

    with pytest.raises(LookupError, match="no such table"):
        kept.answer("nrr", fails)
    assert kept.answer("nrr", lambda: FRAME) is FRAME


def test_whoever_waits_asks_where_the_first_one_went_away():
    """A click ends the run that asked: it must not end another person's."""
    kept, begun, go = keeping(), threading.Event(), threading.Event()

    def breaks_off():
        begun.set()
        go.wait(20)
        raise SystemExit

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.answer, "nrr", breaks_off)
        begun.wait(20)
        second = pool.submit(kept.answer, "nrr", lambda: FRAME)
        go.set()
        assert second.result() is FRAME
        with pytest.raises(SystemExit):
            first.result()


def test_an_answer_grows_old(monkeypatch):
    kept, now = keeping(), 0.0
    monkeypatch.setattr(memory.time, "monotonic", lambda: now)
    kept.answer("nrr", lambda: FRAME)
    now = 15 * 60 - 1

    assert kept.holds("nrr")
    now += 1
    assert not kept.holds("nrr")
    assert kept.answer("nrr", lambda: FRAME.head(1)).height == 1


@pytest.mark.parametrize("bound", [{"at_most": 2}, {"at_most_bytes": 2 * SIZE}])
def test_the_longest_unused_goes_first(bound):
    kept = keeping(**bound)
    for key in ("nrr", "grr"):
        kept.answer(key, lambda: FRAME)
    kept.answer("nrr", lambda: FRAME)
    kept.answer("logo", lambda: FRAME)

    assert [kept.holds(key) for key in ("nrr", "grr", "logo")] == [True, False, True]
    assert len(kept) == 2


def test_an_answer_that_is_too_large_is_given_and_not_kept():
    kept = keeping(at_most_bytes=SIZE - 1)

    assert kept.answer("nrr", lambda: FRAME) is FRAME
    assert not kept.holds("nrr")


def test_everything_is_forgotten_at_once():
    kept = keeping(at_most_bytes=SIZE)
    kept.answer("nrr", lambda: FRAME)
    kept.clear()

    assert not kept.holds("nrr")
    kept.answer("nrr", lambda: FRAME)
    assert kept.holds("nrr")

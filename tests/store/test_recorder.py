"""What is seen waits and is written in batches; nothing is lost without a word."""

import logging
import threading
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard import audit
from dashboard.audit import NotNotedError, Recorder, filters_of
from dashboard.filters import Filters
from dashboard.retention_policy import RetentionPolicy
from dashboard.store.base import AuditEntry, StoreError, StoreUnreachableError
from dashboard.store.shelf import Place
from dashboard.store.store import Store
from tests.store.conftest import AT

VIEW = AuditEntry(AT, "ana@example.com", "csm", "health", "view", "health/scores", "{}", 12)
VIEWS = [replace(VIEW, subject=f"question/{number}") for number in range(5)]


@pytest.fixture
def recorder(store):
    """One that writes when it is told to."""
    recorder = Recorder(store, every=3600)
    yield recorder
    recorder.close()


@pytest.fixture
def away(monkeypatch):
    """A switch for the store: what it is asked while it is away fails as a dead server does."""
    record, is_away = Store.record, threading.Event()

    def perhaps(self, entries):
        if is_away.is_set():
            raise StoreUnreachableError("away")
        record(self, entries)

    monkeypatch.setattr(Store, "record", perhaps)
    monkeypatch.setattr(audit, "AGAIN_AFTER", 0.0)
    return is_away


def written(store):
    return [line.entry for line in store.audit_lines()]


def test_views_wait_and_are_written_in_their_order(recorder, store):
    for each in VIEWS:
        recorder.seen(each)
    assert written(store) == []
    recorder.flush()
    assert written(store) == VIEWS


def test_views_are_written_by_themselves_within_a_moment(store):
    recorder = Recorder(store, every=0.01)
    for _ in range(2):  # The thread that wrote the first ends; the next view starts another.
        recorder.seen(replace(VIEW, rows=len(written(store))))
        before, deadline = len(written(store)), time.monotonic() + 30
        while len(written(store)) == before and time.monotonic() < deadline:
            time.sleep(0.01)
    recorder.close()
    assert len(written(store)) == 2


def test_the_same_view_is_noted_once_in_fifteen_minutes(recorder, store):
    for minutes in (0, 1, 14.9, 15, 29, 30):
        recorder.seen(replace(VIEW, at=AT + timedelta(minutes=minutes)), among="session 1")
    recorder.flush()
    assert [line.at - AT for line in written(store)] == [
        timedelta(minutes=minutes) for minutes in (0, 15, 30)
    ]


def test_a_clock_that_was_put_back_stops_no_line_and_breaks_no_chain(recorder, store):
    for days in (0, 1, 0, -1, -1, 0):  # A second view on one day is the same view.
        recorder.seen(replace(VIEW, at=AT + timedelta(days=days)))
    recorder.flush()

    assert [(line.at - AT).days for line in written(store)] == [0, 1, 0, -1, 0]
    assert store.check_audit().broken is None


@pytest.mark.parametrize(
    "other",
    [
        {"who": "ben@example.com"},
        {"page": "overview"},
        {"subject": "health/other"},
        {"filters": '{"as_of": "2026-01-01"}'},
        {"rows": 13},
    ],
)
def test_another_view_is_another_line(recorder, store, other):
    recorder.seen(VIEW)
    recorder.seen(replace(VIEW, **other))
    recorder.flush()
    assert written(store) == [VIEW, replace(VIEW, **other)]


def test_the_same_in_another_session_or_scope_is_another_line(recorder, store):
    for among in ("session 1", "session 2", ("session 1", "scope")):
        recorder.seen(VIEW, among=among)
    recorder.flush()
    assert len(written(store)) == 3


def test_what_was_seen_long_ago_is_forgotten(recorder):
    for number in range(2_500):
        at = AT + timedelta(minutes=number)
        recorder.seen(replace(VIEW, at=at, subject=str(number)))
    assert len(recorder._seen) < 1_100  # noqa: SLF001 -- memory is not seen otherwise


def test_a_line_that_must_be_first_stands_behind_what_waited(recorder, store):
    recorder.seen(VIEWS[0])
    recorder.seen(VIEWS[1], first=True)
    assert written(store) == VIEWS[:2]
    recorder.seen(VIEWS[1], first=True)
    recorder.noted(replace(VIEW, action="export"))
    recorder.noted(replace(VIEW, action="export"))
    assert [line.action for line in written(store)] == ["view", "view", "export", "export"]


def test_a_store_that_comes_back_gets_everything(recorder, store, away):
    away.set()
    for each in VIEWS[:3]:
        recorder.seen(each)
    with pytest.raises(StoreError):
        recorder.flush()
    assert recorder.is_away
    with pytest.raises(NotNotedError, match=r"written down first\. away"):
        recorder.noted(replace(VIEW, action="export"))
    with pytest.raises(NotNotedError):
        recorder.seen(VIEWS[4], first=True)
    recorder.seen(VIEWS[3])
    assert written(store) == []
    away.clear()
    recorder.seen(VIEWS[4], first=True)  # It was refused, so it was not seen.
    assert written(store) == VIEWS
    assert not recorder.is_away
    assert store.check_audit().broken is None


def test_a_full_queue_says_how_much_it_lost(store, away, caplog):
    recorder = Recorder(store, at_most=2, every=3600)
    away.set()
    with caplog.at_level(logging.ERROR, "dashboard.audit"):
        for each in VIEWS:
            recorder.seen(each)
    assert recorder.lost == 3
    assert [each.message for each in caplog.records] == [
        "audit log: 2 views wait, more are not kept"
    ]
    away.clear()
    recorder.flush()
    assert recorder.lost == 0
    assert written(store)[:2] == VIEWS[:2]
    (lost,) = written(store)[2:]
    assert (lost.who, lost.rows) == ("dashboard", 3)
    assert lost.subject == "views that were not written down"
    recorder.seen(VIEWS[4])  # It was lost, so it was not seen.
    recorder.close()
    assert written(store)[3:] == VIEWS[4:]


def test_a_process_that_ends_writes_what_waits_or_says_so(recorder, store, away, caplog):
    recorder.seen(VIEW)
    recorder.close()
    assert written(store) == [VIEW]
    away.set()
    recorder.seen(VIEWS[1])
    recorder.close()
    assert "1 views were not written" in caplog.text


def test_a_store_that_is_away_is_not_waited_for_by_one_after_the_other(recorder, monkeypatch):
    asked = []

    def dead(self, entries):
        asked.append(entries)
        raise StoreUnreachableError("away")

    monkeypatch.setattr(Store, "record", dead)
    for _ in range(6):
        with pytest.raises(NotNotedError):
            recorder.noted(VIEW)
    assert len(asked) == 1


def test_threads_that_note_at_once_make_one_chain(recorder, store):
    def note(thread):
        for number in range(10):
            line = replace(VIEW, who=f"thread {thread}", rows=number)
            if number % 5:
                recorder.seen(line)
            else:
                recorder.noted(line)

    threads = [threading.Thread(target=note, args=(each,)) for each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    recorder.flush()
    check = store.check_audit()
    assert (check.lines, check.broken) == (80, None)
    for thread in range(8):
        rows = [line.rows for line in written(store) if line.who == f"thread {thread}"]
        assert rows == list(range(10))


# ------------------------------------------------------------------ what a line says


def test_filters_are_ids_days_and_names_of_policies():
    among = Filters(date(2026, 10, 31), since=date(2026, 1, 1), csm_ids=("M1", "M2"))
    policy = RetentionPolicy(name="Board", version=2)
    asked = {"policy": policy, "cycle": None, "personas": (), "account_id": "A1", "most": 5}
    assert filters_of(among, asked, file="a.csv") == (
        '{"as_of": "2026-10-31", "since": "2026-01-01", "csm_ids": ["M1", "M2"],'
        ' "policy": "Board@2", "account_id": "A1", "most": 5, "file": "a.csv"}'
    )


@pytest.mark.parametrize("text", ["a customer said " * 10, '{"M1": "1A"}', '["M1"]'])
def test_texts_and_documents_are_not_repeated(text):
    said = filters_of(Filters(date(2026, 10, 31)), {"definition": text})
    assert text[:10] not in said
    assert f"a text of {len(text)} characters" in said


# ------------------------------------------------------------------ writes


def test_every_write_is_a_line_without_what_was_written(store):
    store.place = lambda: Place("not asked", "csm", "account")
    said = {"by": "ana@example.com", "at": AT}
    store.save_annotation("a1", "Secret", AT.date(), "A1", on_top_of=None, token="1", **said)
    store.withdraw("annotation", "a1", 1, token="2", **said)
    first, second = written(store)
    assert first == AuditEntry(
        AT,
        "ana@example.com",
        "csm",
        "account",
        "write",
        "annotation a1",
        '{"did": "save", "version": 1, "account_id": "A1"}',
        1,
    )
    assert '"did": "withdraw"' in second.filters


def test_a_write_that_is_refused_leaves_no_line(store):
    said = {"by": "ana@example.com", "at": AT}
    store.save_policy("Board", "{}", on_top_of=None, token="1", **said)
    with pytest.raises(StoreError):
        store.save_policy("Board", "{}", on_top_of=None, token="2", **said)
    assert len(written(store)) == 1


def test_a_write_without_its_line_is_not_made(store, monkeypatch):
    def cannot(*_):
        raise StoreUnreachableError("The log takes nothing.")

    monkeypatch.setattr("dashboard.store.shelf.add_lines", cannot)
    with pytest.raises(StoreError, match="takes nothing"):
        store.save_policy("Board", "{}", on_top_of=None, by="Ana", at=AT, token="1")
    assert store.policies() == ()


def test_taking_out_what_is_held_on_a_person_is_a_line(store):
    store.erase("M1")
    store.expire_talent(date(2026, 1, 1))
    assert [(line.who, line.page, line.subject, line.rows) for line in written(store)] == [
        ("operator", "command line", "taken out: everything about M1", 0),
        ("operator", "command line", "taken out: talent of before 2026-01-01", 0),
    ]

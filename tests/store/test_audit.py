"""The audit log only grows, and whoever changes a line is found out; ended sessions stay ended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.store.audit import START
from dashboard.store.base import AuditEntry
from dashboard.store.store import Store
from tests.store.conftest import AT

LOOK = AuditEntry(AT, "ana@example.com", "cs_manager", "talent", "view", "talent/people", "{}", 12)
MORE = [
    replace(LOOK, at=AT + timedelta(microseconds=number), rows=number, subject=f"question {number}")
    for number in range(5)
]


def past_the_store(url: str, *statements: str) -> Any:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def without_guard(url: str) -> list[str]:
    if url.startswith("sqlite"):
        return [f"drop trigger audit_log_no_{done}" for done in ("update", "delete")]
    return ["drop trigger audit_log_only_grows on audit_log"]


def test_lines_are_chained_in_the_order_they_were_written(store):
    assert store.check_audit() == store.check_audit(head=(0, START))
    store.record(MORE[:2])
    store.record([])
    store.record(MORE[2:])
    lines = list(store.audit_lines())
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert [line.entry for line in lines] == MORE
    assert [line.previous for line in lines] == [START, *(line.digest for line in lines[:-1])]
    check = store.check_audit()
    assert (check.lines, check.head, check.broken) == (5, lines[-1].digest, None)


def test_lines_are_found_by_moment_person_and_page(store):
    other = replace(LOOK, who="ben@example.com", page="health", rows=None)
    store.record([*MORE, other])
    assert [line.entry for line in store.audit_lines(who="ben@example.com")] == [other]
    assert [line.entry for line in store.audit_lines(page="health")] == [other]
    late = [line.number for line in store.audit_lines(since=AT + timedelta(microseconds=3))]
    assert late == [4, 5]


@pytest.mark.parametrize(
    "statement", ["update audit_log set rows = 1 where number = 2", "delete from audit_log"]
)
def test_the_database_refuses_to_change_the_log(store, url, statement):
    store.record(MORE)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"):
        past_the_store(url, statement)
    assert store.check_audit().broken is None
    assert len(list(store.audit_lines())) == 5


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update audit_log set rows = 999 where number = 2", "Line 2 was changed"),
        ("update audit_log set filters = '{\"a\": 1}' where number = 5", "Line 5 was changed"),
        ("update audit_log set rows = null where number = 1", "Line 1 was changed"),
        ("update audit_log set who = 'x' where number = 3", "Line 3 was changed"),
        ("update audit_log set previous = digest where number = 4", "Line 4 does not follow"),
        ("delete from audit_log where number = 3", "Line 3 is gone"),
        ("delete from audit_log where number = 1", "Line 1 is gone"),
    ],
)
def test_an_edited_line_is_found(store, url, statement, found):
    store.record(MORE)
    past_the_store(url, *without_guard(url), statement)
    broken = store.check_audit().broken
    assert broken is not None
    assert found in broken


def test_a_log_that_was_cut_or_written_anew_is_found_by_a_head_kept_elsewhere(store, url):
    store.record(MORE)
    kept = (5, store.check_audit().head)
    store.record([LOOK])
    assert store.check_audit(head=kept).broken is None
    past_the_store(url, *without_guard(url), "delete from audit_log where number > 4")
    assert store.check_audit().broken is None
    assert "Line 5" in str(store.check_audit(head=kept).broken)
    past_the_store(url, "delete from audit_log")
    store.record([LOOK, *MORE])
    assert store.check_audit().broken is None
    assert "Line 5" in str(store.check_audit(head=kept).broken)


def test_text_from_outside_is_kept_and_checked(store):
    for text in ("'; drop table audit_log; --", "Größe 名 🙂", "a\0b", "half a pair \ud83d", '"\\'):
        store.record([replace(LOOK, subject=text)])
    assert store.check_audit().broken is None
    assert [line.entry.subject for line in store.audit_lines()][:2] == [
        "'; drop table audit_log; --",
        "Größe 名 🙂",
    ]


def test_two_writers_make_one_chain(opened, url):
    first, second = opened(url), opened(url)
    for each in MORE:
        first.record([each])
        second.record([each])
    check = first.check_audit()
    assert (check.lines, check.broken) == (10, None)


def test_a_long_log_is_looked_over_whole(store, monkeypatch):
    monkeypatch.setattr("dashboard.store.audit.AT_ONCE", 2)
    store.record(MORE)
    assert len(list(store.audit_lines())) == 5
    assert (store.check_audit().lines, store.check_audit().broken) == (5, None)


def test_a_session_that_ended_stays_ended_until_it_would_have_run_out(opened, url):
    store: Store = opened(url)
    assert not store.has_ended("a")
    store.end_session("a", at=AT, forget=AT - timedelta(hours=12))
    store.end_session("a", at=AT, forget=AT - timedelta(hours=12))
    assert opened(url).has_ended("a")
    assert not store.has_ended("b")
    store.end_session("b", at=AT + timedelta(hours=13), forget=AT + timedelta(hours=1))
    assert (store.has_ended("a"), store.has_ended("b")) == (False, True)

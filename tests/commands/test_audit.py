"""``audit verify`` and ``audit show``, and that ``ask`` is noted as a page is."""

import csv
import io
import json
from collections.abc import Callable

import duckdb
import pytest
from click.testing import CliRunner, Result

from dashboard.commands import main
from dashboard.store.base import AuditEntry
from dashboard.store.store import Store
from tests.store.conftest import AT, opened, url  # noqa: F401 -- fixtures
from tests.store.test_audit import MORE, past_the_store, without_guard


@pytest.fixture
def log(monkeypatch, url, opened) -> Store:  # noqa: F811
    """A store of each kind with five lines."""
    monkeypatch.setenv("CS_DASHBOARD_STORE", url)
    store: Store = opened(url)
    store.record(MORE)
    return store


def audit(*words: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, words)])


def test_a_whole_log_verifies_and_its_head_is_kept(log, tmp_path):
    head = tmp_path / "head"
    digest = log.check_audit().head
    done = audit("verify", "--save-head", head)
    assert (done.exit_code, done.output) == (
        0,
        f"5 lines, head 5:{digest}\nEvery line is what was written.\n",
    )
    assert head.read_text() == f"5:{digest}\n"
    log.record(MORE)
    done = audit("verify", "--head", head, "--save-head", head)
    assert done.exit_code == 0
    assert "Line 5 is the one that was kept." in done.output
    assert head.read_text() == f"10:{log.check_audit().head}\n"
    assert audit("verify", "--head", f"5:{digest}").exit_code == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update audit_log set rows = 999 where number = 2", "Line 2 was changed"),
        ("delete from audit_log where number = 3", "Line 3 is gone"),
        ("delete from audit_log where number > 3", "Line 5 is not the one that was kept"),
    ],
)
def test_what_was_done_to_the_log_is_found_and_no_head_is_kept(log, url, tmp_path, statement, said):  # noqa: F811
    head = tmp_path / "head"
    audit("verify", "--save-head", head)
    kept = head.read_text()
    past_the_store(url, *without_guard(url), statement)
    done = audit("verify", "--head", head, "--save-head", head)
    assert done.exit_code == 1
    assert f"Broken: {said}" in done.output
    assert head.read_text() == kept


def test_a_log_that_is_only_cut_off_verifies_without_a_head(log, url):  # noqa: F811
    past_the_store(url, *without_guard(url), "delete from audit_log where number > 3")
    assert audit("verify").exit_code == 0


@pytest.mark.parametrize("head", ["5", "5:abc", "no such file", "x:" + "0" * 64])
def test_a_head_that_is_none_is_refused(log, head):
    assert audit("verify", "--head", head).exit_code == 2


def test_a_store_that_is_away_does_not_verify(monkeypatch, tmp_path):
    (tmp_path / "app.sqlite").mkdir()
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
    done = audit("verify")
    assert done.exit_code == 1
    assert "cannot be reached" in done.output


def test_lines_are_shown_as_table_json_and_csv(log):
    log.record([AuditEntry(AT, "ben@example.com", "csm", "health", "view", "health/scores")])
    rows = json.loads(audit("show", "--who", "ben@example.com", "--format", "json").output)
    assert [(each["number"], each["at"], each["rows"]) for each in rows] == [
        (6, f"{AT:%Y-%m-%d %H:%M:%S}Z", None)
    ]
    text = audit("show", "--page", "talent", "--format", "csv").output
    assert [each["subject"] for each in csv.DictReader(io.StringIO(text))] == [
        each.subject for each in MORE
    ]
    assert "6 lines" in audit("show", "--since", AT.date()).output
    assert "0 lines" in audit("show", "--since", "2027-01-01").output


# ------------------------------------------------------------------ ask


@pytest.fixture
def noted(monkeypatch, tmp_path) -> Callable[[], list[AuditEntry]]:
    """What a store of its own says."""
    address = f"sqlite:///{tmp_path / 'app.sqlite'}"
    monkeypatch.setenv("CS_DASHBOARD_STORE", address)
    return lambda: [line.entry for line in Store(address).audit_lines()]


def test_an_answer_is_noted_with_who_asked(run, noted, demo_file):
    result = run("ask", "renewals/due_by_quarter", "--segment", "Enterprise", "--format", "json")
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        (email,) = connection.execute(
            "select min(email) from team_members where role = 'finance' and left_on is null"
        ).fetchone()
    run("ask", "renewals/due_by_quarter", "--viewer", email)
    first, second = noted()
    assert (first.who, first.role, first.page, first.action) == (
        "operator",
        "operator",
        "command line",
        "view",
    )
    assert first.rows == len(json.loads(result.output))
    assert json.loads(first.filters)["segments"] == ["Enterprise"]
    assert (second.who, second.role) == (email, "finance")


def test_a_file_is_an_export(run, noted, tmp_path):
    run("ask", "renewals/due_by_quarter", "--format", "csv")
    run("ask", "renewals/due_by_quarter", "--format", "json", "--output", str(tmp_path / "a.json"))
    assert [(line.action, json.loads(line.filters)["file"]) for line in noted()] == [
        ("export", "csv"),
        ("export", "a.json"),
    ]


def test_files_and_ratings_are_refused_where_they_cannot_be_noted(run, monkeypatch, tmp_path):
    (tmp_path / "app.sqlite").mkdir()
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'app.sqlite'}")
    file = tmp_path / "a.csv"
    for words in (
        ("renewals/due_by_quarter", "--format", "csv", "--output", str(file)),
        ("talent/nine_block", "--format", "json"),
    ):
        refused = run("ask", *words)
        assert refused.exit_code == 1
        assert refused.stdout == ""
        assert "written down first" in refused.output
    assert not file.exists()
    given = run("ask", "renewals/due_by_quarter", "--format", "json")
    assert given.exit_code == 0
    assert json.loads(given.stdout)
    assert "not in the audit log" in given.stderr


def test_a_question_that_is_not_answered_is_no_line(run, noted):
    assert run("ask", "account/facts").exit_code == 2
    assert noted() == []


def test_no_store_is_made_but_the_one_of_the_settings(run, noted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("ask", "renewals/due_by_quarter")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.sqlite"]

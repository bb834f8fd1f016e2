"""Whatever a page gives is in the audit log, and what cannot be written down is not given."""

import ast
import json
from datetime import timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from dashboard import audit, noting, session
from dashboard.navigation import ENTRIES
from dashboard.questions import questions
from dashboard.session import StoreError
from dashboard.settings import ROOT
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.key_numbers import key_numbers
from tests.pages.conftest import AS_OF

FILES = [entry.file for entry in ENTRIES]
ASKS_NOTHING = {"data", "load"}
"""Pages whose first view shows no answer."""
OF_STORE = ("one-on-ones of ", "stored ratings", "held on ")
"""How lines begin that are of what the store holds."""


@pytest.fixture
def fetched(monkeypatch) -> set[tuple[str, int]]:
    """Every SQL file that was asked, with the rows that it gave."""
    found = set()
    fetch = EmbeddedWarehouse.fetch

    def noted(self, question, **params):
        answer = fetch(self, question, **params)
        found.add((question, len(answer)))
        return answer

    monkeypatch.setattr(EmbeddedWarehouse, "fetch", noted)
    return found


@pytest.fixture
def files(monkeypatch) -> dict[str, object]:
    """What makes each file that a page offers, as Streamlit calls it at the click."""
    found = {}
    offered = MediaFileManager.add_deferred

    def kept(self, content, mimetype, coordinates, file_name=None, **more):
        found[file_name] = content
        return offered(self, content, mimetype, coordinates, file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", kept)
    return found


def lines():
    noting.recorder().flush()
    return [line.entry for line in session.store().audit_lines()]


def serve_with(url, monkeypatch):
    """Another store from the next run on."""
    monkeypatch.setenv("CS_DASHBOARD_STORE", url)
    st.cache_resource.clear()


class Away:
    """The file of the store, which is put away and brought back."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "app.sqlite"
        self.kept = folder / "kept.sqlite"

    def go(self) -> None:
        self.file.rename(self.kept)
        self.file.mkdir()

    def come_back(self) -> None:
        self.file.rmdir()
        self.kept.rename(self.file)


@pytest.fixture
def away(tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "AGAIN_AFTER", 0.01)
    return Away(tmp_path)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("file", FILES)
def test_every_question_a_page_asks_is_a_line_with_its_rows(app, demo_file, file, fetched):
    app(demo_file, file)

    seen = [line for line in lines() if line.action == "view"]
    assert {line.page for line in seen} == {file} - ASKS_NOTHING
    of_store = {line.subject for line in seen} - set(questions())
    assert all(subject.startswith(OF_STORE) for subject in of_store), of_store
    given = {(line.subject, line.rows) for line in seen if line.subject not in of_store}
    computed = {name for name, _ in given if questions()[name].computed}
    behind = {asked for name in computed for asked in questions()[name].asks}
    assert {each for each in given if each[0] not in computed} <= fetched
    unseen = {name for name, _ in fetched - given} - behind
    assert unseen <= {"access/members"}, "the team decides who sees what; it is not shown"


def test_the_screen_reaches_answers_by_the_session_alone():
    """Only what rehearses, counts or watches questions asks for the warehouse itself."""
    asking = sorted(
        path.relative_to(ROOT / "dashboard").as_posix()
        for path in (ROOT / "dashboard").rglob("*.py")
        if path.name not in {"answering.py", "session.py", "visitor.py"}
        and "warehouse()" in path.read_text(encoding="utf-8")
    )
    # The workbook's answers leave in a file, which is noted before it is made.
    assert asking == [
        "explanations.py",
        "server/health.py",
        "takeaway/round_trips.py",
    ]


def test_a_line_says_who_asked_what_with_which_filters(app, demo_file):
    page = app(demo_file, "renewals", segment="Enterprise")
    email = page.selectbox(key="viewer").value

    found = [line for line in lines() if line.subject == "renewals/due_by_quarter"]
    (line,) = found[:1]
    assert (line.who, line.role, line.page) == (email, "executive", "renewals")
    said = json.loads(line.filters)
    assert (said["as_of"], said["segments"]) == (AS_OF.isoformat(), ["Enterprise"])
    assert "regions" not in said


def test_a_page_of_an_account_notes_its_id_and_no_name(app, demo_file):
    app(demo_file, "account", account="A000001")

    facts = [line for line in lines() if line.subject == "account/facts"]
    assert [json.loads(line.filters)["account_id"] for line in facts] == ["A000001"]


def test_a_policy_is_noted_by_its_name(app, demo_file):
    app(demo_file, "retention", policy="Finance TTM")

    said = [json.loads(line.filters) for line in lines() if line.subject.startswith("retention/")]
    assert {each["policy"] for each in said if "policy" in each} == {"Finance TTM"}


def test_a_view_is_noted_once_in_fifteen_minutes(app, demo_file, monkeypatch):
    page = app(demo_file, "health")
    first = lines()
    assert first
    page.run()
    assert lines() == first

    later = max(line.at for line in first) + timedelta(minutes=15)
    monkeypatch.setattr(noting, "now", lambda: later)
    page.run()
    again = lines()[len(first) :]
    assert {(line.subject, line.filters) for line in again} == {
        (line.subject, line.filters) for line in first
    }


def test_another_viewer_is_another_line(app, demo_file):
    page = app(demo_file, "health")
    before = len(lines())
    finance = next(
        each for each in session.team().iter_rows(named=True) if each["role"] == "finance"
    )
    page.selectbox(key="viewer").set_value(finance["email"]).run()

    assert {(line.who, line.role) for line in lines()[before:]} == {(finance["email"], "finance")}


def test_a_link_to_a_viewer_whom_nobody_knows_is_a_refusal(app, demo_file):
    app(demo_file, viewer="nobody@example.com")

    (line,) = lines()
    assert (line.action, line.subject, line.who) == ("refused", "viewer of the link", "nobody")


# ------------------------------------------------------------------ files


def with_files(page: AppTest) -> AppTest:
    """The page with the files of its first card on offer."""
    return page.segmented_control(key="due_by_quarter_panel").set_value("Download").run()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_is_noted_before_it_is_made(app, demo_file, files, ending):
    with_files(app(demo_file, "renewals"))
    name = f"due_by_quarter_2026-10-31.{ending}"
    content = files[name]
    assert not [line for line in lines() if line.action == "export"]

    for times in (1, 2):
        assert content()
        taken = [line for line in lines() if line.action == "export"]
        assert len(taken) == times

    assert (taken[0].page, taken[0].role) == ("renewals", "executive")
    assert taken[0].subject in questions()
    assert taken[0].rows
    assert json.loads(taken[0].filters)["file"] == name


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_cannot_be_noted_is_not_made(app, demo_file, files, away, ending):
    page = with_files(app(demo_file, "renewals"))
    before = lines()
    content = next(content for name, content in files.items() if name.endswith(ending))
    away.go()
    with pytest.raises(StoreError, match="written down first"):
        content()
    page.run()
    assert not page.exception
    assert "cannot be written down" in " ".join(each.value for each in page.warning)
    assert key_numbers(page)

    away.come_back()
    noting.recorder().flush()
    assert content() is not None
    assert [line.action for line in lines()[len(before) :]][-1] == "export"


def test_a_store_that_can_only_be_read_gives_no_file(app, demo_file, files, tmp_path, monkeypatch):
    page = with_files(app(demo_file, "renewals"))
    before = len(lines())
    file = tmp_path / "app.sqlite"
    serve_with(f"sqlite:///file:{file}?mode=ro&uri=true", monkeypatch)
    page.run()
    assert key_numbers(page)
    with pytest.raises(StoreError, match="can only be read"):
        next(iter(files.values()))()
    serve_with(f"sqlite:///{file}", monkeypatch)
    assert len(lines()) == before


def test_every_download_is_noted():
    """Whoever adds a button for a file gives it what ``noting.taken_away`` made of it."""
    given = [
        ast.unparse(keyword.value.func)
        for path in (ROOT / "dashboard").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("download_button")
        for keyword in call.keywords
        if keyword.arg == "data"
    ]
    assert given
    assert set(given) == {"noting.taken_away"}


# ------------------------------------------------------------------ talent, and a store away


def test_ratings_are_noted_before_they_are_shown(app, demo_file):
    app(demo_file, "talent")

    written = {line.entry.subject for line in session.store().audit_lines()}
    assert "talent/ratings" in written, "nothing was waited for"


def test_ratings_that_cannot_be_noted_are_not_shown_and_other_pages_are(app, demo_file, away):
    page = app(demo_file, "health")
    lines()
    away.go()
    page.switch_page("dashboard/pages/talent.py").run()
    assert not key_numbers(page)
    assert "written down first" in " ".join(each.value for each in page.error)
    page.switch_page("dashboard/pages/renewals.py").run()
    assert key_numbers(page)
    assert not page.error

    away.come_back()
    noting.recorder().flush()
    page.switch_page("dashboard/pages/talent.py").run()
    assert key_numbers(page)
    seen = [line.subject for line in lines()]
    assert {"renewals/due_by_quarter", "talent/ratings"} <= set(seen)
    assert session.store().check_audit().broken is None


def test_what_is_of_talent_is_told_by_the_scope_it_takes():
    of_talent = {name for name, question in questions().items() if question.of_talent}

    assert {name for name in questions() if name.startswith("talent/")} <= of_talent
    assert not {name for name in of_talent if name.startswith(("renewals/", "accounts/"))}


def test_what_the_store_shows_is_noted_as_an_answer_is(app, demo_file, away):
    app(demo_file, "talent")
    before = len(lines())
    noting.shown("ratings of 2026-H2", 12, first=True)
    noting.shown("ratings of 2026-H2", 12, first=True)
    noting.noted("sign out", "sign out")
    noting.noted("refused", "sign in", by="stranger@example.com")
    said = [(line.action, line.subject, line.who, line.rows) for line in lines()[before:]]
    assert said == [
        ("view", "ratings of 2026-H2", "operator", 12),
        ("sign out", "sign out", "operator", None),
        ("refused", "sign in", "stranger@example.com", None),
    ]
    away.go()
    with pytest.raises(StoreError):
        noting.shown("ratings of 2027-H1", 12, first=True)
    with pytest.raises(StoreError):
        noting.noted("sign in", "sign in")


def test_a_store_that_cannot_be_is_a_wrong_setting(app, demo_file, monkeypatch):
    page = app(demo_file, "health")
    serve_with("oracle://somewhere", monkeypatch)
    page.run()

    assert "cannot start with these settings" in page.error[0].value


def test_the_frame_tells_how_many_views_were_lost(app, demo_file, away):
    page = app(demo_file, "health")
    lines()
    away.go()
    noting.recorder()._at_most = 3  # noqa: SLF001 -- ten thousand views take a while
    page.switch_page("dashboard/pages/renewals.py").run()
    page.run()
    assert "could not be written down" in " ".join(each.value for each in page.warning)

    away.come_back()
    assert [line.rows for line in lines() if line.who == "dashboard"] != []
    assert noting.recorder().lost == 0

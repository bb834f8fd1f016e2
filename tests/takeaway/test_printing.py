"""Pages on paper: each page and view makes a file, of what its viewer may see, and is noted."""

import json
import re

import duckdb
import pytest
import streamlit as st
from click.testing import CliRunner

from dashboard import visitor
from dashboard.demo import build_demo
from dashboard.formats import money
from dashboard.navigation import SHOWING, entry_at
from dashboard.policy import Policy
from dashboard.takeaway.offscreen import Opened, shown_on
from dashboard.takeaway.printing import print_command, report_of
from tests.exports.pdfs import flat, sheets, text
from tests.factories import AS_OF


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo company of 40 accounts, which the session answers from."""
    folder = tmp_path_factory.mktemp("printing")
    file = folder / "demo.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF, accounts=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CS_DASHBOARD_WAREHOUSE", str(file))
        patch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{folder / 'app.sqlite'}")
        st.cache_data.clear()
        st.cache_resource.clear()
        yield file
    st.cache_data.clear()
    st.cache_resource.clear()


def asked(demo, question, *values):
    with duckdb.connect(demo, read_only=True) as connection:
        return connection.execute(question, values).fetchall()


@pytest.fixture
def printed(demo, tmp_path):
    """The command, its file and what it said."""

    def run(*words):
        file = tmp_path / "page.pdf"
        given = ["--warehouse", str(demo), "--output", str(file), *words]
        done = CliRunner().invoke(print_command, given)
        return (file.read_bytes() if file.exists() else b""), done

    return run


@pytest.mark.sampled(5)
@pytest.mark.parametrize("file", [entry.file for entry in SHOWING])
def test_every_view_of_a_page_makes_a_pdf_with_its_title_and_day_on_every_sheet(demo, file):
    def made(shown):
        return shown.title, shown.views, shown.paper, report_of(shown)

    entry = entry_at(file)
    waiting, seen = [None], set()
    while waiting:
        view = waiting.pop()
        opened = Opened(entry, link={"view": view} if view else {})
        title, views, paper, pdf = shown_on(opened, made, viewer=None)
        if not seen and views:
            waiting.extend(views[1:])
        seen.add(view)
        found = sheets(pdf)
        assert found
        if paper is None:
            for number, sheet in enumerate(found, start=1):
                assert flat(sheet).startswith(title)
                assert f"{AS_OF:%-d %b %Y}" in flat(sheet)
                assert f"Sheet {number} of {len(found)}" in sheet


def test_the_agenda_of_a_one_on_one_is_one_sheet(printed):
    pdf, done = printed("--page", "one_on_one")
    assert done.exit_code == 0, done.output
    (sheet,) = sheets(pdf)
    assert "One-on-one with" in sheet


def test_the_total_of_a_table_is_the_sum_of_the_page_to_the_cent(demo):
    def made(shown):
        (risks,) = (each for each, _ in shown.exhibits if each.key == "at_risk")
        return risks, report_of(shown)

    risks, pdf = shown_on(Opened(entry_at("overview")), made, viewer=None)
    due = risks.frame["arr_due"].sum()
    totals = re.findall(rf"Total of all {len(risks.frame):,} rows +([\d,]+\.\d\d)", text(pdf))
    assert f"{due:,.2f}" in totals
    assert money(due) in risks.title


def test_a_tile_is_the_sum_of_the_rows_under_it(demo):
    def made(shown):
        (late,) = (each.frame for each, _ in shown.exhibits if each.key == "overdue")
        (tile,) = (each.value for each in shown.figures if each.label == "Overdue")
        return late, tile, report_of(shown)

    late, tile, pdf = shown_on(Opened(entry_at("renewals")), made, viewer=None)
    said = text(pdf)
    rows = [f"{each:,.2f}" for each in late["arr_due"]]
    assert rows
    assert all(each in said for each in rows)
    assert tile == money(late["arr_due"].sum())
    assert tile in flat(said)


def test_a_csm_gets_the_own_customers_and_nobody_elses(demo, printed):
    ((email, member_id),) = asked(
        demo,
        "select email, member_id from team_members join accounts on csm_id = member_id"
        " where role = 'csm' group by all order by count(*) desc limit 1",
    )
    # The book of a CSM is the own customers and those that all CSMs look after together.
    rows = asked(
        demo,
        "select account_id from accounts where csm_id = ? or touch_model = 'pooled'",
        member_id,
    )
    own = {each for (each,) in rows}
    everything, _ = printed("--page", "overview")
    pdf, done = printed("--page", "overview", "--viewer", email)
    assert done.exit_code == 0, done.output
    ids = set(re.findall(r"\bA\d{6}\b", text(pdf)))
    assert ids
    assert ids <= own
    assert not set(re.findall(r"\bA\d{6}\b", text(everything))) <= own
    assert "seen as" in flat(sheets(pdf)[0])


def test_a_page_that_a_viewer_has_not_makes_no_file(demo, printed):
    ((email,),) = asked(demo, "select email from team_members where role = 'finance' limit 1")
    pdf, done = printed("--page", "talent", "--viewer", email)
    assert done.exit_code == 2
    assert "not on offer" in done.output
    assert pdf == b""


def test_what_is_printed_is_in_the_audit_log(demo, printed):
    pdf, done = printed("--page", "churn", "--segment", "Enterprise")
    assert done.exit_code == 0, done.output
    assert pdf
    last = list(visitor.store().audit_lines())[-1].entry
    assert (last.action, last.subject) == ("export", "churn as PDF")
    assert json.loads(last.filters)["segments"] == ["Enterprise"]
    assert json.loads(last.filters)["file"] == "page.pdf"


def test_pages_come_in_the_order_asked_for(printed):
    pdf, done = printed("--page", "churn", "--page", "bridge")
    assert done.exit_code == 0, done.output
    titles = [flat(sheet).split()[0].rstrip(":") for sheet in sheets(pdf)]
    assert list(dict.fromkeys(titles)) == ["Churn", "ARR"]


def test_an_agenda_is_not_mixed_with_other_pages(printed):
    pdf, done = printed("--page", "churn", "--page", "one_on_one")
    assert done.exit_code == 2
    assert "a file of its own" in done.output
    assert pdf == b""


def test_the_9_block_holds_everybody_who_was_rated(demo):
    def made(shown):
        (rated,) = (each.value for each in shown.figures if each.label == "People rated")
        (nine,) = (each.frame for each, _ in shown.exhibits if each.key == "nine_block")
        return int(rated), nine, report_of(shown)

    rated, nine, pdf = shown_on(Opened(entry_at("talent")), made, viewer=None)
    said = flat(sheets(pdf)[0])
    grid = said.split("Performance Promotability")[1].split("Rated by")[0]
    counted = re.findall(r"(?:[123][ABC])(?:: [a-z ]+?)? (\d+)(?= |$)", grid)
    assert len(counted) == 9
    assert sum(map(int, counted)) == rated == len(nine)
    assert all(name in grid for name in nine["name"])

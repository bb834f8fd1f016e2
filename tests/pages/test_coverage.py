"""Team capacity by Streamlit's test runner: bands, loads, and moves kept as proposals."""

import duckdb
import pytest

from dashboard.access import reports
from dashboard.proposals import read
from dashboard.store.base import StoreUnreachableError
from dashboard.store.store import Store
from tests.key_numbers import key_numbers
from tests.pages.test_every_page import said

VIEWS = ("Load index", "Unassigned", "What-if")


def findings(page) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def seen(app, file, view):
    """The page in one of its views."""
    return app(file, "coverage").segmented_control(key="view").set_value(view).run()


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_its_numbers(app, demo_file, view):
    page = seen(app, demo_file, view)

    assert not page.exception
    assert not page.error
    assert "could not be drawn" not in said(page)
    # The small company has given every customer to somebody, and says so.
    assert key_numbers(page) or "has a CSM on" in said(page)
    assert all(metric.value for metric in key_numbers(page))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_so_when_every_table_is_empty(app, headers_only, view):
    page = seen(app, headers_only, view)

    assert not page.exception
    assert "could not be drawn" not in said(page)
    assert page.info


def test_a_band_changed_here_changes_the_loads_and_says_so(app, demo_file):
    page = seen(app, demo_file, "Load index")
    before = {metric.label: metric.value for metric in key_numbers(page)}
    assert "Reference bands: HB fig. 13.2 to 13.4" in page.expander[0].label

    page.number_input(key="band_Enterprise_arr_high").set_value(50_000_000).run()

    assert "changed here" in page.expander[0].label
    assert {metric.label: metric.value for metric in key_numbers(page)} != before
    page.segmented_control(key="view").set_value("What-if").run()
    assert any("changed here" in each.label for each in page.expander)
    page.segmented_control(key="view").set_value("Load index").run()
    page.number_input(key="band_Enterprise_arr_low").set_value(60_000_000).run()
    assert "begins above its end and is not used" in page.expander[0].label
    page.button(key="bands_reset").click().run()
    assert {metric.label: metric.value for metric in key_numbers(page)} == before
    assert not page.exception


def move(page, number=2):
    """Give the first accounts of the first CSM in the list to the last one."""
    givers = page.selectbox(key="move_from")
    page = givers.select_index(len(givers.options) - 1).run()
    accounts = page.multiselect(key="move_accounts")
    page = accounts.set_value(accounts.options[:number]).run()
    page = page.selectbox(key="move_to").select_index(0).run()
    page.text_input(key="move_reason").set_value("=closer to home")
    return page.button(key="add_move").click().run()


def test_moves_are_planned_taken_back_and_begun_anew(app, demo_file):
    page = seen(app, demo_file, "What-if")
    assert "No load changes" in findings(page)

    page = move(page)

    assert not page.exception
    assert "2 moves planned" in findings(page)
    assert "2 accounts with $" in findings(page)
    assert "2 moves: loads go from" in findings(page)
    page.button(key="undo_move").click().run()
    assert "1 move planned" in findings(page)
    page.button(key="clear_moves").click().run()
    assert "No move is planned yet" in findings(page)
    assert not page.exception


def save(page, name):
    page.text_input(key="proposal_name").set_value(name)
    return page.button(key="save_proposal").click().run()


def test_a_proposal_is_saved_opened_withdrawn_and_restored(app, demo_file):
    page = save(move(seen(app, demo_file, "What-if")), "Fairer *books*")
    assert not page.exception
    assert "is saved with 2 moves" in said(page)
    assert page.selectbox(key="proposal").value == "Fairer *books*"

    page.button(key="clear_moves").click().run()
    assert "Changed since, and not saved" in said(page)
    page.selectbox(key="proposal").set_value(None).run()
    page.selectbox(key="proposal").set_value("Fairer *books*").run()
    assert "2 moves planned" in findings(page)
    assert "version 1, made from the data of" in said(page)

    page = save(move(page, 1), "Fairer *books*")
    assert "version 2" in said(page)
    page.button(key="withdraw_proposal").click().run()
    assert "is withdrawn" in said(page)
    assert page.selectbox(key="proposal").options == []
    page.button(key="restore_proposal").click().run()
    assert "is restored" in said(page)
    assert page.selectbox(key="proposal").value == "Fairer *books*"
    assert "3 moves planned" in findings(page)
    assert not page.exception


def emails(file, role):
    with duckdb.connect(str(file), read_only=True) as connection:
        return [
            email
            for (email,) in connection.execute(
                "select email from team_members where role = ? and left_on is null order by 1",
                [role],
            ).fetchall()
        ]


def seen_names(page) -> set[str]:
    """Proposals on offer; none where the viewer has nothing to move."""
    offered = [each.options for each in page.selectbox if each.key == "proposal"]
    assert offered or page.info
    return set(*offered)


def test_a_viewer_sees_only_proposals_all_of_whose_accounts_are_theirs(app, demo_file, tmp_path):
    page = save(move(seen(app, demo_file, "What-if")), "Everything")
    assert seen_names(page) == {"Everything"}
    (kept,) = Store(f"sqlite:///{tmp_path / 'app.sqlite'}").proposals()
    moved = read(kept).account_ids
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        csms = dict(connection.execute("select account_id, csm_id from accounts").fetchall())
        managers = dict(
            connection.execute("select member_id, manager_id from team_members").fetchall()
        )
        members = dict(connection.execute("select email, member_id from team_members").fetchall())
    found = {}
    for role in ("csm", "cs_manager"):
        for email in emails(demo_file, role):
            page.selectbox(key="viewer").set_value(email).run()
            page.switch_page("dashboard/pages/coverage.py").run()
            page.segmented_control(key="view").set_value("What-if").run()
            assert not page.exception
            # What was planned under another name is not carried over.
            assert "2 moves planned" not in findings(page)
            viewer = members[email]
            below = {viewer, *(reports(viewer, managers) if role == "cs_manager" else ())}
            found[email] = seen_names(page)
            assert bool(found[email]) == all(csms[account] in below for account in moved), email
    assert set() in found.values()
    assert {"Everything"} in found.values()


def test_moves_that_no_longer_apply_are_named(app, demo_file, tmp_path):
    save(move(seen(app, demo_file, "What-if")), "Old")
    (saved,) = Store(f"sqlite:///{tmp_path / 'app.sqlite'}").proposals()
    file = tmp_path / "later.duckdb"
    file.write_bytes(demo_file.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update account_spans set csm_id = (select min(member_id) from team_members"
            " where role = 'csm' and left_on is null) where account_id = ?",
            [saved.definition.split('"account_id":"')[1].split('"')[0]],
        )

    page = seen(app, file, "What-if")
    page.selectbox(key="proposal").set_value("Old").run()

    assert not page.exception
    assert "1 move no longer applies" in findings(page)
    assert "does not move: it is" in said(page).replace("\\", "")


def away(*_, **__):
    raise StoreUnreachableError("The store does not answer.")


def test_without_its_store_the_view_still_moves_accounts(app, demo_file, monkeypatch):
    page = seen(app, demo_file, "What-if")
    monkeypatch.setattr(Store, "proposals", away)
    page.run()
    page = move(page)

    assert not page.exception
    assert "2 moves planned" in findings(page)

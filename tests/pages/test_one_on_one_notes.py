"""One-on-ones written down: who may, what carries over, what is told when two people write."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from dashboard.store.store import Store
from tests.key_numbers import key_numbers
from tests.pages.conftest import AS_OF
from tests.pages.test_every_page import said as escaped

WEEK = timedelta(days=7)
LAST = AS_OF - WEEK
HOSTILE = "<img src=x onerror=alert(1)> ![x](http://x.invalid/y.png) =1+1"


def rows(file, sql):
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def csm(demo_file):
    """Id, name and address of a CSM, and of the manager, with an account of the book."""
    return rows(
        demo_file,
        "select m.member_id, m.name, m.email, boss.email, min(a.account_id),"
        " min_by(a.account_name, a.account_id)"
        " from team_members m join team_members boss on m.manager_id = boss.member_id"
        " join accounts a on a.csm_id = m.member_id"
        " where m.role = 'csm' and m.left_on is null and boss.role = 'cs_manager'"
        " and a.churned_on is null group by all order by count(*) desc, 1 limit 1",
    )[0]


@pytest.fixture
def store(tmp_path):
    """The store that the app of the test keeps its lines in."""
    opened = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield opened
    opened.close()


def written(store, member_id, text, *, held_on=LAST, entry="note", name=None, **fields):
    usual = {"account_id": None, "due_on": None, "done_on": None, "on_top_of": None}
    return store.save_meeting_entry(
        name or text, member_id=member_id, held_on=held_on, entry=entry, text=text,
        by="ana@x.example", at=datetime(2026, 10, 24, 9, 30, tzinfo=UTC),
        token=f"{name} {text} {fields}", **usual | fields,
    )  # fmt: skip


def lines(page) -> list[str]:
    """Lines of meetings as they read, in the order of the page."""
    bodies = [each.proto.body for each in page.get("html")]
    return [
        html.unescape(re.sub(r"<[^>]*>", "", body)) for body in bodies if 'class="note"' in body
    ]


def paper(page) -> str:
    """The page of paper as it reads."""
    (body,) = [each.proto.body for each in page.get("html") if 'class="paper"' in each.proto.body]
    return html.unescape(re.sub(r"<[^>]+>", " ", body))


def said(page) -> str:
    return escaped(page).replace("\\", "")


def heard(page) -> list[str]:
    return [each.value.replace("\\", "") for each in (*page.success, *page.error)]


def press(page, label, place=0):
    [each for each in page.button if each.label == label][place].click().run()


def test_a_note_a_decision_and_an_action_are_kept_done_changed_and_put_back(
    app, demo_file, csm, store
):
    member_id, _, _, boss, account_id, account = csm
    page = app(demo_file, "one_on_one", member=csm[1])
    page.selectbox(key="viewer").set_value(boss).run()
    page.text_area[0].input("Sponsor left")
    press(page, "Keep the note")
    assert heard(page) == ["The note is kept, 31 Oct 2026."]
    kind = f"lines_{member_id}_kind"
    page.segmented_control(key=kind).set_value("decision").run()
    page.text_area[0].input("Ask for a new sponsor")
    press(page, "Keep the decision")
    page.segmented_control(key=kind).set_value("action").run()
    page.text_area[0].input("Call the CFO")
    page.selectbox(key=f"lines_{member_id}_new_2_account").set_value(account_id)
    page.date_input(key=f"lines_{member_id}_new_2_due").set_value(AS_OF + WEEK)
    press(page, "Keep the action")

    assert heard(page) == ["The action is kept, 31 Oct 2026."]
    assert page.text_area[0].value == ""
    kept = {each.entry: each for each in store.meeting_entries()}
    assert (kept["note"].text, kept["note"].held_on, kept["note"].saved_by) == (
        "Sponsor left", AS_OF, boss,
    )  # fmt: skip
    action = kept["action"]
    assert (action.account_id, action.due_on, action.done_on) == (account_id, AS_OF + WEEK, None)
    assert f"Action Call the CFO{account} · due 7 Nov 2026" in lines(page)[2]
    assert "Call the CFO" in paper(page)

    press(page, "Done")
    assert heard(page) == ["The action is done."]
    assert "done 31 Oct 2026" in lines(page)[2]
    assert store.meeting_entry(action.name).done_on == AS_OF
    press(page, "Open again")
    assert store.meeting_entry(action.name).done_on is None
    assert "due 7 Nov 2026" in lines(page)[2]

    press(page, "Change")
    page.text_area[0].input("Sponsor stayed")
    press(page, "Save the change")
    # The line that was saved last stands last.
    assert ["Sponsor stayed" in each for each in lines(page)] == [False, False, True]
    press(page, "Withdraw", 2)
    assert "Sponsor stayed" not in " ".join(lines(page))
    press(page, "Put the withdrawn line back")
    assert "Sponsor stayed" in lines(page)[2]
    assert not page.exception


def test_decisions_and_open_actions_of_last_week_stand_in_this_weeks_agenda(
    app, demo_file, csm, store
):
    member_id = csm[0]
    written(store, member_id, "Decided", entry="decision")
    written(store, member_id, "Soon", entry="action", due_on=AS_OF + WEEK)
    written(store, member_id, "Late", entry="action", due_on=AS_OF - WEEK, held_on=LAST - WEEK)
    written(store, member_id, "Undated", entry="action")
    written(store, member_id, "Done long ago", entry="action", done_on=LAST, held_on=LAST - WEEK)
    written(store, member_id, "Done since", entry="action", done_on=LAST + timedelta(days=1))
    written(store, member_id, "Old note", held_on=LAST - WEEK)
    written(store, member_id, "Next week's", held_on=AS_OF + WEEK)
    written(store, "somebody else", "Theirs")

    page = app(demo_file, "one_on_one", member=csm[1])

    assert [each.split("of the meeting")[0] for each in lines(page)] == [
        "Action Lateoverdue since 24 Oct 2026 · ",
        "Action Soondue 7 Nov 2026 · ",
        "Action Undatedopen · ",
        "Action Done sincedone 25 Oct 2026 · ",
        "Decision Decided",
    ]
    assert "of the meeting of 17 Oct 2026" in lines(page)[0]
    assert "The last one-on-one was held on 24 Oct 2026" in said(page)
    assert page.date_input(key="since").value == LAST
    on_paper = paper(page)
    assert "3 actions carried over, 1 overdue; 1 done since" in on_paper
    assert "Last meeting, 24 Oct 2026: 1 decision" in on_paper
    assert on_paper.index("Late") < on_paper.index("Soon") < on_paper.index("Decided")

    page.segmented_control(key="view").set_value("Notes").run()
    choice = page.selectbox(key=f"meeting_{member_id}_{AS_OF}")
    assert choice.options == ["31 Oct 2026 (as-of date)", "24 Oct 2026", "17 Oct 2026"]
    page = choice.set_value(LAST - WEEK).run()
    assert any("17 Oct 2026" in each.value for each in page.info)
    assert {each.split()[1] for each in lines(page)} == {"Lateoverdue", "Done", "Old"}
    page.text_area[0].input("Added later")
    press(page, "Keep the note")
    (added,) = [each for each in store.meeting_entries() if each.text == "Added later"]
    assert added.held_on == LAST - WEEK


def test_the_day_of_the_last_meeting_follows_the_person_until_one_is_chosen(
    app, demo_file, csm, store
):
    member_id = csm[0]
    written(store, member_id, "Held", held_on=date(2026, 10, 20))
    page = app(demo_file, "one_on_one")
    choice = page.selectbox(key="member")
    other = next(each for each in choice.options if each not in {csm[1], choice.value})
    page.selectbox(key="member").set_value(csm[1]).run()
    assert page.date_input(key="since").value == date(2026, 10, 20)
    place = page.selectbox(key="member").options.index(other)
    page.selectbox(key="member").select_index(place).run()
    assert page.date_input(key="since").value == LAST
    assert "No one-on-one before is written down" in said(page)

    page.date_input(key="since").set_value(date(2026, 9, 1)).run()
    page.selectbox(key="member").set_value(csm[1]).run()
    assert page.date_input(key="since").value == date(2026, 9, 1)
    assert "A day of your choice" in said(page)
    assert not page.exception
    assert not page.warning


def test_a_link_keeps_the_day_that_was_chosen(app, demo_file, csm):
    page = app(demo_file, "one_on_one", member=csm[1], since="2026-09-01")
    assert page.date_input(key="since").value == date(2026, 9, 1)


def test_whoever_comes_second_is_told_and_keeps_the_typed_text(app, demo_file, csm, store):
    member_id = csm[0]
    first = written(store, member_id, "First", held_on=AS_OF, name="a")
    page = app(demo_file, "one_on_one", member=csm[1])
    press(page, "Change")
    written(store, member_id, "Meanwhile", held_on=AS_OF, name="a", on_top_of=first.version)
    page.text_area[0].input("Mine")
    press(page, "Save the change")

    (message,) = heard(page)
    assert "ana@x.example saved version 2 of the line of the one-on-one" in message
    assert "2026-10-24 at 09:30 UTC" in message
    assert "It now says: Meanwhile" in message
    assert page.text_area[0].value == "Mine"
    assert store.meeting_entry("a").text == "Meanwhile"
    press(page, "Save the change")
    assert store.meeting_entry("a").text == "Mine"
    assert store.meeting_entry("a").version == 3


def test_what_was_typed_is_there_after_an_error_and_on_other_views(app, demo_file, csm, tmp_path):
    page = app(demo_file, "one_on_one", member=csm[1])
    page.text_area[0].input("\u202eseen by nobody")
    press(page, "Keep the note")
    assert "characters that cannot be seen" in heard(page)[0]
    assert page.text_area[0].value == "\u202eseen by nobody"
    page.segmented_control(key="view").set_value("Book").run()
    page.segmented_control(key="view").set_value("Notes").run()
    assert page.text_area[0].value == "\u202eseen by nobody"


def test_a_click_repeated_after_a_lost_answer_is_one_line(app, demo_file, csm, store, monkeypatch):
    page = app(demo_file, "one_on_one", member=csm[1])
    save = Store.save_meeting_entry
    fails = iter([True, False])

    def lost(self, *args, **given):
        answer = save(self, *args, **given)
        if next(fails):
            from dashboard.store.base import StoreUnreachableError  # noqa: PLC0415

            raise StoreUnreachableError("The answer was lost.")
        return answer

    monkeypatch.setattr(Store, "save_meeting_entry", lost)
    page.text_area[0].input("Once")
    press(page, "Keep the note")
    assert heard(page) == ["The answer was lost."]
    press(page, "Keep the note")
    assert [each.text for each in store.meeting_entries()] == ["Once"]


@pytest.mark.parametrize("role", ["executive", "cs_manager", "csm", "finance"])
def test_who_may_see_the_account_and_not_the_meetings_reads_the_page_without_them(
    app, demo_file, csm, store, role
):
    member_id, name, own, boss, _, _ = csm
    written(store, member_id, "Between us", entry="decision")
    who = {"csm": own, "cs_manager": boss}.get(role) or rows(
        demo_file,
        "select email from team_members"
        f" where role = '{role}' and left_on is null order by member_id limit 1",
    )[0][0]
    page = app(demo_file, "one_on_one", member=csm[1])
    page.selectbox(key="viewer").set_value(who).run()
    assert not page.exception
    assert page.selectbox(key="member").value == member_id, name
    assert key_numbers(page)
    told = any("Between us" in each for each in lines(page))
    if role == "finance":
        assert not told
        assert "Between us" not in paper(page)
        assert "for the CSM and those above" in paper(page)
        assert any("for the CSM and those above" in each.value for each in page.info)
        assert not page.text_area
        assert page.date_input(key="since").value == LAST
        assert "24 Oct 2026 is a week before" in said(page)
        assert "No one-on-one before" not in said(page)
        page.segmented_control(key="view").set_value("Notes").run()
        assert not page.text_area
        assert lines(page) == []
    else:
        assert told
        assert page.text_area


def test_nobody_writes_where_nobody_may_read(app, demo_file, csm, store, monkeypatch):
    from dashboard import meetings, session  # noqa: PLC0415
    from dashboard.access import Scope  # noqa: PLC0415

    member_id, _, _, _, account_id, _ = csm
    saved = written(store, member_id, "Theirs", held_on=AS_OF)
    of_account = written(store, member_id, "Of it", account_id=account_id, held_on=AS_OF)
    app(demo_file, "data")
    monkeypatch.setattr(session, "scope", lambda: Scope(all_accounts=True))
    draft = meetings.Draft(member_id, AS_OF, "note", "Mine")
    attempts = (
        lambda: meetings.keep(draft, token="t1"),
        lambda: meetings.mark_done(saved, AS_OF, token="t2"),
        lambda: meetings.withdraw(saved.name, 1, token="t3"),
        lambda: meetings.restore(saved.name, 1, token="t4"),
        lambda: meetings.latest(saved.name),
    )
    for attempt in attempts:
        with pytest.raises(session.StoreError, match="You may not write here"):
            attempt()
    assert meetings.lines_of(member_id, AS_OF).kept == ()

    # Who may open the meetings and not see the account reads and writes all but its lines.
    monkeypatch.setattr(session, "scope", lambda: Scope(("nobody",), meeting_ids=(member_id,)))
    found = meetings.lines_of(member_id, AS_OF)
    assert (found.kept, found.left_out) == ((saved,), 1)
    for attempt in (
        lambda: meetings.keep(
            meetings.Draft(member_id, AS_OF, "note", "Mine", account_id), token="t5"
        ),
        lambda: meetings.withdraw(of_account.name, 1, token="t6"),
        lambda: meetings.keep(
            meetings.Draft(member_id, AS_OF, "note", "Mine", name=of_account.name, version=1),
            token="t7",
        ),
    ):
        with pytest.raises(session.StoreError, match="no account with this id that you may see"):
            attempt()
    # A line of one's own meetings cannot be moved into those of somebody else.
    with pytest.raises(session.StoreError, match="You may not write here"):
        meetings.keep(
            meetings.Draft("other", AS_OF, "note", "Mine", name=saved.name, version=1), token="t8"
        )
    assert set(store.meeting_entries()) == {saved, of_account}


def test_the_text_of_a_line_stays_text_on_the_screen_and_on_paper(app, demo_file, csm, store):
    written(store, csm[0], HOSTILE, held_on=AS_OF, name="hostile")
    page = app(demo_file, "one_on_one", member=csm[1])
    assert HOSTILE in lines(page)[0]
    assert HOSTILE in paper(page)
    assert all("<img" not in each.proto.body for each in page.get("html"))
    assert all("x.invalid" not in each.value for each in page.markdown)


def test_where_the_store_is_away_the_page_works_and_says_so(app, demo_file, csm, tmp_path):
    (tmp_path / "app.sqlite").write_text("no database " * 100)
    page = app(demo_file, "one_on_one", member=csm[1])
    assert not page.exception
    assert key_numbers(page)
    assert any("Notes are not available" in each.value for each in page.info)
    assert "Notes are not available" in paper(page)


def test_the_page_has_its_parts_in_order(app, demo_file, csm, store):
    written(store, csm[0], "Decided", entry="decision")
    on_paper = paper(app(demo_file, "one_on_one", member=csm[1]))
    parts = [
        f"One-on-one with {csm[1]}, 31 Oct 2026", "As of 31 Oct 2026", "Open expansion",
        "since 24 Oct 2026", " customers", "within 120 days", "opportunit", "confirmed",
        "carried over", "Last meeting, 24 Oct 2026", "This meeting, 31 Oct 2026",
    ]  # fmt: skip
    places = []
    for part in parts:
        places.append(on_paper.index(part, places[-1] if places else 0))
    assert places == sorted(places)


def test_a_line_of_an_account_that_the_reader_may_not_see_is_counted_and_left_out(
    app, demo_file, csm, store
):
    written(store, csm[0], "Of another", held_on=AS_OF, account_id="no such account")
    page = app(demo_file, "one_on_one", member=csm[1])
    assert lines(page) == []
    sentence = "1 line about accounts that you may not see is left out."
    assert sentence in said(page)
    assert sentence in paper(page)
    assert "Of another" not in paper(page)

"""The talent review on the page: cycles, rating, calibration and what is held, role by role."""

import ast
import html
import json
import re
from datetime import date
from pathlib import Path

import pytest

from dashboard.navigation import PAGES
from dashboard.policy import Policy
from dashboard.store.personal import ABOUT_PEOPLE
from dashboard.store.reviews import calibration_name, rating_name
from tests.conftest import build
from tests.factories import AS_OF, account, rating, subscription
from tests.key_numbers import key_numbers
from tests.ratings import forty
from tests.ratings.forty import CYCLE, KIND, NAMES, STRICT

HEAD, PARTNER = "head@example.com", "partner@example.com"
CALIBRATION = calibration_name(CYCLE, "p00")


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    skills = [
        {"member_id": each, "cycle": "2026-H1", "skill": "Discovery", "expected_level": 3,
         "assessed_level": 3}
        for each in forty.PEOPLE
    ]  # fmt: skip
    return forty.company(
        tmp_path_factory.mktemp("forty") / "forty.duckdb",
        skill_assessments=skills,
        accounts=[account("a1", csm_id="p00"), account("a2", csm_id="p21")],
        subscriptions=[subscription(5_000_000, account_id="a1"), subscription(1, account_id="a2")],
        talent_reviews=[rating("p00", "meets_all", "low", reviewer_id=KIND)],
    )


@pytest.fixture
def store(tmp_path):
    opened = forty.opened(f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def look(app, company, store):
    """The page as somebody sees it, in one of its views."""

    def looked(email: str, view: str, **query: str):
        page = app(company, "talent", view=view, **query)
        return page.selectbox(key="viewer").set_value(email).run()

    return looked


def drawn(page) -> str:
    """All that the page draws, markup left out."""
    bodies = [each.proto.body for each in page.get("html")]
    cells = [str(cell) for each in page.dataframe for cell in each.value.values.ravel()]
    said = [each.value for kind in ("markdown", "caption", "info", "success", "error", "title")
            for each in getattr(page, kind)]  # fmt: skip
    options = [option for each in page.selectbox if each.key != "viewer" for option in each.options]
    labels = [each.label for each in (*page.button, *page.selectbox, *page.radio)]
    markup = html.unescape(re.sub(r"<[^>]*>", " ", " ".join(bodies)))
    return " ".join([markup, *cells, *said, *options, *labels]).replace("\\", "")


def press(page, label: str):
    next(each for each in page.button if each.label.startswith(label)).click()
    return page.run()


def move(page, person: str, block: str, reason: str):
    by = {each.label: each for each in page.selectbox}
    by["Person"].set_value(person)
    by["Move to"].set_value(block)
    page.text_area[0].input(reason)
    page.run()
    return press(page, "Move")


def said(page) -> str:
    return " ".join(each.value for each in (*page.success, *page.error)).replace("\\", "")


# ------------------------------------------------------------------ who sees and does what


def test_forty_people_of_two_managers_show_in_the_finding_that_one_is_too_kind(look):
    page = look(HEAD, "Raters")
    text = drawn(page)

    assert "Kim Quaid rates performance 0.50 above the group's mean" in text
    assert "Kim Quaid rates performance as exceeds for 80% of 20 people" in text
    assert "everybody together for 45%" in text


def test_a_manager_sees_the_own_line_and_moves_nobody_whom_they_rated(look):
    page = look("strict@example.com", "Calibration")
    text = drawn(page)

    assert NAMES["p20"] in text
    assert NAMES["p00"] not in text
    assert "You stand above nobody's rater here" in text
    assert not page.text_area


@pytest.mark.parametrize("email", [HEAD, PARTNER])
def test_who_stands_above_the_rater_and_people_partners_move_with_a_reason(look, store, email):
    page = look(email, "Calibration")
    page = move(page, "p00", "2B", "As the others")

    assert "stands in 2B now" in said(page)
    saved = store.calibration(CALIBRATION)
    assert (saved.performance, saved.promotability) == ("meets_all", "medium")
    assert (saved.reason, saved.saved_by) == ("As the others", email)

    page = press(page, "Undo")
    assert "stands in 1A again" in said(page)
    steps = store.calibration_versions(CALIBRATION)
    assert [each.version for each in steps] == [1, 2]
    assert (steps[1].performance, steps[1].promotability) == ("exceeds", "high")
    assert "Undoes the move from 1A to 2B" in steps[1].reason


def test_nobody_is_moved_without_a_reason(look, store):
    page = move(look(HEAD, "Calibration"), "p00", "2B", "  ")

    assert "Say why: nothing was moved" in said(page)
    assert store.all_calibrations() == ()


def test_of_two_who_move_at_once_the_second_is_told(look, store):
    page = look(HEAD, "Calibration")
    by = {each.label: each for each in page.selectbox}
    by["Person"].set_value("p00")
    by["Move to"].set_value("3C")
    page.text_area[0].input("Mine")
    page.run()
    store.save_calibration(
        CALIBRATION, cycle=CYCLE, member_id="p00", performance="meets_all", promotability="high",
        reason="Theirs", calibrated_on=date(2026, 10, 31), on_top_of=None, by=PARTNER,
        at=forty.AT, token="theirs",
    )  # fmt: skip
    # The button still says what was seen before.
    page = press(page, "Move")

    assert "partner@example.com saved version 1 of the calibration" in said(page)
    assert store.calibration(CALIBRATION).reason == "Theirs"


def test_a_closed_cycle_is_read_only_until_its_days_are_changed(look, store):
    cycle = store.review_cycle(CYCLE)
    store.save_review_cycle(
        CYCLE, opens_on=cycle.opens_on, rate_by_on=cycle.rate_by_on, closes_on=date(2026, 10, 30),
        is_refresh=False, on_top_of=1, by=HEAD, at=forty.AT, token="close",
    )  # fmt: skip
    page = look(HEAD, "Calibration")
    assert "This cycle is closed" in drawn(page)
    assert not page.text_area

    page = look(HEAD, "Cycles")
    next(each for each in page.selectbox if each.key == "cycle_form").set_value(CYCLE).run()
    closes = next(each for each in page.date_input if each.label == "Closes")
    closes.set_value(date(2026, 12, 31))
    page = press(page, "Change the days")
    assert store.review_cycle(CYCLE).closes_on == date(2026, 12, 31)
    assert look(HEAD, "Calibration").text_area


@pytest.mark.parametrize("email", ["kind@example.com", "strict@example.com"])
def test_managers_do_not_open_cycles(look, email):
    page = look(email, "Cycles")
    assert "Executives and people partners open cycles" in drawn(page)
    assert "20 of 20 people are rated" in drawn(page)
    assert not [each for each in page.button if "cycle" in each.label.lower()]


def test_a_manager_rates_somebody_below_and_nothing_is_chosen_beforehand(look, store):
    page = look(HEAD, "Rate")
    page.selectbox(key="rate_person").set_value("p00").run()
    assert [each.value for each in page.radio] == [None, None]
    page = press(page, "Save the rating")
    assert "nothing was saved" in said(page)

    for each, choice in zip(page.radio, ("meets_some", "low"), strict=True):
        each.set_value(choice)
    skill = next(each for each in page.selectbox if each.label.startswith("Discovery"))
    assert skill.value is None
    assert "expected: 3" in skill.label.replace("\\", "")
    skill.set_value(2)
    page.text_area[0].input("Listen more")
    page = press(page, "Save the rating")

    saved = store.rating(rating_name(CYCLE, "p00", "head"))
    assert (saved.performance, saved.promotability) == ("meets_some", "low")
    assert json.loads(saved.skills) == {"Discovery": 2}
    assert (saved.action_plan, saved.reviewed_on) == ("Listen more", date(2026, 10, 31))


def test_people_partners_rate_nobody(look):
    page = look(PARTNER, "Rate")
    assert "they do not rate" in drawn(page)
    assert not page.radio


def test_a_company_that_loads_no_reviews_begins_in_the_app(app, tmp_path, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__TALENT__ENABLED", "true")
    file = tmp_path / "none.duckdb"
    build(
        file, {"team_members": forty.team()}, policy=Policy(), as_of=AS_OF, loaded=["team_members"]
    )
    assert "has not loaded" in " ".join(each.value for each in app(file, "talent").warning)
    page = app(file, "talent", view="Cycles")
    assert "No review cycle is open" in drawn(page)
    page = press(page, "Open the cycle")
    assert "is kept" in said(page)
    assert "0 of 42 people are rated" in drawn(page)


def test_a_loaded_rating_and_the_apps_own_are_one_answer_and_the_page_counts_both(look):
    text = drawn(look(HEAD, "9-block"))
    assert "2026-H2: 0 ratings loaded and 40 given in the app" in text
    assert "▲ from 3B" in text


# ------------------------------------------------------------------ book outcomes

JUDGING = (
    "reviews", "reviewing", "hidden_names", "ratings/combined", "ratings/tables",
    "components/rating", "components/calibration", "components/nine_block", "components/talent",
    "store/reviews", "metrics/talent", "metrics/team_reviews", "findings/talent", "charts/talent",
)  # fmt: skip


@pytest.mark.parametrize("module", JUDGING)
def test_what_makes_keeps_and_shows_ratings_asks_nothing_about_customers(module):
    tree = ast.parse((PAGES.parent / f"{module}.py").read_text())
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{each.name}" for each in node.names}
            names.add(node.module)
    asked = {re.sub(r"^dashboard\.(queries|metrics)\.(\w+).*", r"\2", each) for each in names
             if re.match(r"dashboard\.(queries|metrics)\.\w", each)}  # fmt: skip
    assert asked <= {"talent", "team_reviews", "types", "metric", "share"}
    assert not {each for each in names if "book_context" in each}


def test_the_book_is_context_for_those_who_see_it_and_changes_nothing_of_the_form(
    look, app, store, tmp_path
):
    def form(page):
        page.selectbox(key="rate_person").set_value("p00").run()
        radios = [(each.label, each.options, each.value) for each in page.radio]
        skills = [(each.label, each.value) for each in page.selectbox if "expected" in each.label]
        return radios, skills, page.selectbox(key="rate_person").options

    rich = look(HEAD, "Rate")
    shown = form(rich)
    assert {each.label: each.value for each in key_numbers(rich)}["ARR"] == "$5.0M"
    assert "For context only" in drawn(rich)
    assert "No rating is computed, proposed or sorted" in drawn(rich)

    poor = forty.company(
        tmp_path / "poor.duckdb",
        accounts=[account("a1", csm_id="p39")],
        skill_assessments=[
            {"member_id": each, "cycle": "2026-H1", "skill": "Discovery", "expected_level": 3,
             "assessed_level": 3}
            for each in forty.PEOPLE
        ],
    )  # fmt: skip
    page = app(poor, "talent", view="Rate")
    assert form(page.selectbox(key="viewer").set_value(HEAD).run()) == shown


# ------------------------------------------------------------------ names and personal data


@pytest.mark.parametrize(
    "view", ["9-block", "Rate", "Calibration", "Raters", "Levels and skills", "Reviews", "Cycles"]
)
def test_while_names_are_hidden_no_view_draws_one(look, store, view):
    names = [*NAMES.values(), "Kim Quaid", "Stu Quarles"]
    open_page = drawn(look(HEAD, view))
    assert any(name in open_page for name in names)
    hidden = drawn(look(HEAD, view, names_hidden="true"))
    assert not [name for name in names if name in hidden]
    assert not [each for each in forty.PEOPLE if re.search(rf"\b{each}\b", hidden)]


def test_one_name_is_told_on_request_and_a_hidden_person_is_moved(look, store):
    page = look(HEAD, "Calibration", names_hidden="true")
    by = {each.label: each for each in page.selectbox}
    by["Person"].set_value(by["Person"].options and _first(page)).run()
    page = press(page, "Show this person's name")
    told = [name for name in NAMES.values() if name in drawn(page)]
    assert len(told) == 1
    by = {each.label: each for each in page.selectbox}
    by["Move to"].set_value("3A")
    page.text_area[0].input("As the others")
    page.run()
    page = press(page, "Move")
    (saved,) = store.all_calibrations()
    assert NAMES[saved.member_id] == told[0]
    assert not [name for name in NAMES.values() if name in drawn(page)]


def _first(page) -> str:
    label = next(each for each in page.selectbox if each.label == "Person").options[0]
    return label.split(",")[0]


def test_people_partners_tell_what_is_held_and_erase_it_for_leavers_too(look, store):
    page = look(PARTNER, "Personal data")
    page.selectbox(key="held_person").set_value("p00").run()
    assert "1 row held on" in drawn(page)
    assert "talent_reviews, rated: 1" in drawn(page)
    page.text_input[0].input("Somebody else")
    page = press(page, "Erase")
    assert "not the person's name" in said(page)
    assert len(store.held_on("p00")) == 1
    page.text_input[0].input(NAMES["p00"])
    page = press(page, "Erase")
    assert "is erased" in said(page)
    assert store.held_on("p00") == ()


@pytest.mark.parametrize("email", [HEAD, "kind@example.com"])
def test_nobody_else_is_told_what_is_held(look, email):
    page = look(email, "Personal data")
    assert "Ratings are kept for 1,095 days" in drawn(page)
    assert "People partners tell what is held" in drawn(page)
    assert not [each for each in page.selectbox if each.key == "held_person"]


def test_opening_the_page_takes_out_what_is_too_old(look, store, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__TALENT__KEEP_DAYS", "5")
    page = look(HEAD, "9-block")
    assert store.all_ratings() == ()
    assert "1 older rating of the company's tables is not shown" in drawn(page)


def test_where_reviews_are_switched_off_nothing_of_the_store_is_read(look, store, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_POLICY__TALENT__ENABLED", "false")
    page = look(HEAD, "9-block")
    assert not [name for name in NAMES.values() if name in drawn(page)]


# ------------------------------------------------------------------ the rule before every write


def test_every_write_asks_the_rule_again(app, company, store, monkeypatch):
    from dashboard import personal_data, reviewing, session  # noqa: PLC0415
    from dashboard.access import Viewer  # noqa: PLC0415

    app(company, "data")
    peer = Viewer(STRICT, "Stu Quarles", "strict@example.com", "cs_manager")
    monkeypatch.setattr(session, "viewer", lambda: peer)
    draft = reviewing.RatingDraft(CYCLE, "p00", "exceeds", "high", None, {})
    day = date(2026, 11, 1)
    attempts = (
        lambda: reviewing.keep_rating(draft, token="1"),
        lambda: reviewing.move(reviewing.MoveDraft(CYCLE, "p00", "3C", "Mine"), token="2"),
        lambda: reviewing.move(reviewing.MoveDraft(CYCLE, "p20", "3C", "Mine"), token="3"),
        lambda: reviewing.keep_cycle(
            reviewing.CycleDraft("2027-H1", day, day, day, is_refresh=False), token="4"
        ),
        lambda: personal_data.held_on("p00"),
        lambda: personal_data.erase("p00", NAMES["p00"]),
    )
    before = (store.all_ratings(), store.all_calibrations(), store.review_cycles())
    for attempt in attempts:
        with pytest.raises(session.StoreError):
            attempt()
    assert (store.all_ratings(), store.all_calibrations(), store.review_cycles()) == before


def test_cycles_are_in_the_order_of_their_names(app, company, store):
    from dashboard import reviewing, session  # noqa: PLC0415

    app(company, "data")
    early = date(2026, 1, 1)
    with pytest.raises(session.StoreError, match="in the order of their names"):
        reviewing.keep_cycle(
            reviewing.CycleDraft("2027-H1", early, early, early, is_refresh=False), token="1"
        )


def test_everything_about_people_in_the_store_is_told():
    assert {"rating", "calibration"} <= set(ABOUT_PEOPLE)

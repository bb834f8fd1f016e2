from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access import (
    EVERYTHING,
    NOBODY,
    ROLES,
    Colleague,
    Role,
    Scope,
    Viewer,
    may_calibrate,
    may_open_cycles,
    may_rate,
    may_tell_what_is_held,
    reports,
    scope_of,
    without_talent,
)
from dashboard.filters import Filters
from dashboard.queries import accounts as accounts_queries
from dashboard.talent_policy import TalentPolicy
from dashboard.warehouse.viewers import (
    MEMBERS,
    UnknownViewerError,
    members,
    scope_for,
    viewer_by_group,
    viewer_of,
)
from tests.factories import AS_OF, account, member, subscription

PEOPLE = [f"p{number}" for number in range(8)]
reporting_lines = st.dictionaries(
    st.sampled_from(PEOPLE), st.none() | st.sampled_from([*PEOPLE, "nobody's id"]), max_size=8
)
"""Manager by person: trees, loops, people who manage themselves, managers who are not listed."""


def team_of(managers: dict[str, str | None]) -> dict[str, Colleague]:
    return {person: Colleague(manager) for person, manager in managers.items()}


def viewer(member_id: str, role: Role) -> Viewer:
    return Viewer(member_id, member_id, f"{member_id}@example.com", role)


def reports_to(person: str, boss: str, managers: dict[str, str | None]) -> bool:
    """Whether a walk up from a person, each manager once, meets the boss."""
    walked: list[str] = []
    above = managers.get(person)
    while above is not None and above not in walked:
        if above == boss:
            return person != boss
        walked.append(above)
        above = managers.get(above)
    return False


@given(reporting_lines, st.sampled_from(PEOPLE))
def test_below_a_person_is_whoever_reports_up_to_that_person(managers, boss):
    expected = sorted(person for person in managers if reports_to(person, boss, managers))

    assert list(reports(boss, managers)) == expected


@given(reporting_lines, st.sampled_from(PEOPLE), st.sampled_from(ROLES))
def test_a_role_gives_accounts_and_ratings_by_the_reporting_line(managers, person, role):
    below = {each for each in managers if reports_to(each, person, managers)}

    scope = scope_of(viewer(person, role), team_of(managers), talent=True)

    assert scope.all_accounts == (role in {"executive", "finance"})
    assert scope.all_talent == (role == "people")
    assert set(scope.member_ids) == {
        "cs_manager": below | {person},
        "csm": {person},
    }.get(role, set())
    assert set(scope.talent_ids) == (below if role in {"executive", "cs_manager"} else set())
    assert person not in scope.talent_ids
    assert scope.sees_accounts == (role != "people")
    assert scope.reason.endswith(".")


def test_a_manager_sees_the_accounts_of_everyone_below_and_of_nobody_beside():
    managers = {
        "cco": None,
        "ann": "cco",
        "bob": "cco",
        "csm of ann": "ann",
        "csm of ann's report": "csm of ann",
        "csm of bob": "bob",
        "orphan": "somebody who was never loaded",
    }

    ann = scope_of(viewer("ann", "cs_manager"), team_of(managers), talent=True)
    assert ann.member_ids == (
        "ann",
        "csm of ann",
        "csm of ann's report",
    )
    assert len(reports("cco", managers)) == 5
    assert reports("orphan", managers) == ()


def test_a_loop_in_the_reporting_line_ends():
    managers = {"a": "b", "b": "c", "c": "a", "d": "a", "e": "e"}

    assert reports("a", managers) == ("b", "c", "d")
    assert reports("e", managers) == ()


@pytest.mark.parametrize(
    ("role", "accounts", "talent"),
    [
        ("executive", True, True),
        ("finance", True, False),
        ("cs_manager", True, True),
        ("csm", True, False),
        ("people", False, True),
    ],
)
def test_a_role_opens_pages(role, accounts, talent):
    who = viewer("m1", role)

    assert (who.may_open_accounts, who.may_open_talent) == (accounts, talent)


def test_nobody_sees_anything_by_default():
    assert not Scope().sees_accounts
    assert Scope().params() == {
        "all_accounts": False,
        "member_ids": [NOBODY],
        "pool": False,
        "all_talent": False,
        "talent_ids": [NOBODY],
    }
    assert EVERYTHING.params() | {"member_ids": [], "talent_ids": []} == {
        "all_accounts": True,
        "member_ids": [],
        "pool": False,
        "all_talent": True,
        "talent_ids": [],
    }


def people(*rows: dict[str, object]) -> pl.DataFrame:
    empty = dict.fromkeys(MEMBERS)
    return pl.DataFrame([empty | row for row in rows], schema=MEMBERS)


def test_a_viewer_is_found_by_address_whatever_its_case():
    team = people(member("m1", name="Ada", email="Ada@Example.com"))

    assert viewer_of(team, " ada@example.COM ", AS_OF) == Viewer(
        "m1", "Ada", "Ada@Example.com", "csm"
    )


@pytest.mark.parametrize(
    "team",
    [
        pytest.param([], id="nobody"),
        pytest.param(
            [member("m1"), member("m2", email="m1@example.com")], id="two of that address"
        ),
        pytest.param([member("m1", left_on=AS_OF)], id="left today"),
        pytest.param([member("m1", role="owner")], id="a role nobody knows"),
        pytest.param([member("m1", email=None)], id="no address"),
    ],
)
def test_an_address_that_is_not_one_current_member_opens_nothing(team):
    with pytest.raises(UnknownViewerError, match="is not the address of one current"):
        viewer_of(people(*team), "m1@example.com", AS_OF)


def test_a_leaver_may_look_until_the_last_day_and_keeps_the_reporting_line_whole(warehouse_of):
    warehouse = warehouse_of(
        team_members=[
            member("top", role="cs_manager"),
            member("leaver", role="cs_manager", manager_id="top", left_on=date(2026, 11, 1)),
            member("csm", manager_id="leaver"),
        ]
    )
    team = members(warehouse, AS_OF)

    assert viewer_of(team, "leaver@example.com", AS_OF).member_id == "leaver"
    with pytest.raises(UnknownViewerError):
        viewer_of(team, "leaver@example.com", date(2026, 11, 1))
    top = scope_for(
        team, viewer_of(team, "top@example.com", date(2027, 1, 1)), date(2027, 1, 1), talent=True
    )
    assert top.member_ids == ("top", "csm", "leaver")


def test_who_works_the_pool_sees_its_accounts_and_so_does_the_manager(warehouse_of):
    warehouse = warehouse_of(
        team_members=[
            member("boss", role="cs_manager"),
            member("beside", role="cs_manager"),
            member("pooled", manager_id="boss", touch_model="pooled"),
            member("other", manager_id="beside", touch_model="tech"),
            member("left", manager_id="beside", touch_model="pooled", left_on=AS_OF),
        ],
        accounts=[
            account("own", csm_id="pooled"),
            account("shared", csm_id="other", touch_model="pooled"),
            account("unassigned", csm_id=None, touch_model="pooled"),
            account("private", csm_id="other", touch_model="tech"),
            account("unknown", csm_id="other", touch_model=None),
        ],
        subscriptions=[
            subscription(account_id=each)
            for each in ("own", "shared", "unassigned", "private", "unknown")
        ],
    )
    team = members(warehouse, AS_OF)

    def seen(member_id: str) -> set[str]:
        who = viewer_of(team, f"{member_id}@example.com", AS_OF)
        scope = scope_for(team, who, AS_OF, talent=True)
        found = accounts_queries.customers(warehouse, scope, Filters(AS_OF))
        return set(found["account_id"])

    assert seen("pooled") == seen("boss") == {"own", "shared", "unassigned"}
    assert seen("other") == {"shared", "private", "unknown"}
    assert seen("beside") == {"shared", "private", "unknown"}


def test_without_reviews_nobody_sees_a_rating():
    managers = {"top": None, "report": "top"}
    for role in ROLES:
        on, off = (
            scope_of(viewer("top", role), team_of(managers), talent=talent)
            for talent in (True, False)
        )
        assert (off.talent_ids, off.all_talent) == ((), False)
        assert replace(on, talent_ids=(), all_talent=False) == off
    assert without_talent(EVERYTHING).params()["all_talent"] is False
    assert without_talent(EVERYTHING).params()["all_accounts"] is True


@pytest.mark.parametrize(
    ("role", "meetings"),
    [
        ("executive", {"top", "report", "below"}),
        ("finance", set()),
        ("cs_manager", {"top", "report", "below"}),
        ("csm", {"top"}),
        ("people", set()),
    ],
)
def test_one_on_ones_are_for_those_who_hold_them(role, meetings):
    team = team_of({"top": None, "report": "top", "below": "report", "beside": None})
    scope = scope_of(viewer("top", role), team, talent=True)
    assert {person for person in team if scope.sees_meetings_of(person)} == meetings


def test_reviews_are_on_for_the_demo_company_only_unless_a_setting_says_so():
    assert TalentPolicy().is_on(demo=True)
    assert not TalentPolicy().is_on(demo=False)
    assert TalentPolicy(enabled=True).is_on(demo=False)
    assert not TalentPolicy(enabled=False).is_on(demo=True)


# ------------------------------------------------------------------ let in by a group


@pytest.mark.parametrize("role", ROLES)
def test_without_a_row_nobody_is_below_and_there_is_no_book(role):
    team = {"m1": Colleague(NOBODY), "m2": Colleague(None, in_pool=True), "m3": Colleague("m1")}

    scope = scope_of(viewer(NOBODY, role), team, talent=True)

    assert scope.member_ids == scope.talent_ids == scope.meeting_ids == ()
    assert not scope.pool
    assert scope.all_accounts == (role in {"executive", "finance"})
    assert scope.all_talent == (role == "people")


LISTED = pl.DataFrame(
    [
        ("m1", "Ana", "ana@x.example", "boss of all", None, None, None),
        ("m2", "Ben", "ben@x.example", "csm", "m1", None, date(2026, 1, 1)),
        ("m3", "Cat", "cat@x.example", "csm", "m1", None, None),
        ("m4", "Cat", "CAT@x.example", "csm", "m1", None, None),
        ("m5", "No address", "", "executive", None, None, None),
    ],
    schema=MEMBERS,
    orient="row",
)


def by_group(email: str, role: Role) -> Viewer:
    return viewer_by_group(LISTED, email, AS_OF, role=role, name="As the sign-in says")


def test_a_group_decides_the_role_of_somebody_in_the_list_whatever_stands_there():
    assert by_group("ANA@x.example", "csm") == Viewer("m1", "Ana", "ana@x.example", "csm")


@pytest.mark.parametrize("role", ["executive", "finance", "people"])
def test_roles_that_rest_on_no_book_need_no_row(role):
    new = by_group("new@x.example", role)

    assert new == Viewer(NOBODY, "As the sign-in says", "new@x.example", role)


@pytest.mark.parametrize("role", ["cs_manager", "csm"])
def test_roles_that_rest_on_a_book_do(role):
    with pytest.raises(UnknownViewerError, match="is not in the list of team members"):
        by_group("new@x.example", role)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("email", ["ben@x.example", "cat@x.example", "", "  "])
def test_no_group_lets_in_a_leaver_or_an_address_that_is_not_one_persons(email, role):
    with pytest.raises(UnknownViewerError):
        by_group(email, role)


# ------------------------------------------------------------------ reviews


def who(member_id: str, role: Role) -> Viewer:
    return Viewer(member_id, member_id, f"{member_id}@x.example", role)


LINE = {"boss": None, "lead": "boss", "csm": "lead", "peer": "boss", "below peer": "peer"}


@pytest.mark.parametrize(
    ("viewer", "rated"),
    [
        (who("lead", "cs_manager"), {"csm"}),
        (who("boss", "executive"), {"lead", "csm", "peer", "below peer"}),
        (who("csm", "csm"), set()),
        (who("boss", "people"), set()),
        (who("boss", "finance"), set()),
        (None, set()),
    ],
)
def test_whoever_stands_above_somebody_may_rate_and_nobody_else(viewer, rated):
    assert {each for each in LINE if may_rate(viewer, each, LINE)} == rated


@pytest.mark.parametrize(
    ("viewer", "moved"),
    [
        (who("boss", "executive"), {("csm", "lead"), ("below peer", "peer")}),
        (who("lead", "cs_manager"), set()),
        (who("csm", "csm"), set()),
        (who("boss", "finance"), set()),
        (who("partner", "people"), {("csm", "lead"), ("below peer", "peer"), ("lead", "boss")}),
        (who("csm", "people"), {("below peer", "peer"), ("lead", "boss")}),
        (None, {("csm", "lead"), ("below peer", "peer"), ("lead", "boss")}),
    ],
)
def test_whoever_stands_above_the_rater_and_people_partners_may_calibrate(viewer, moved):
    pairs = {("csm", "lead"), ("below peer", "peer"), ("lead", "boss")}
    assert {pair for pair in pairs if may_calibrate(viewer, *pair, LINE)} == moved


@given(
    line=reporting_lines,
    viewer=st.builds(who, st.sampled_from(PEOPLE), st.sampled_from(ROLES)),
    person=st.sampled_from(PEOPLE),
    rater=st.sampled_from(PEOPLE),
)
def test_nobody_rates_or_moves_themselves_or_whom_they_may_not_see(line, viewer, person, rater):
    scope = scope_of(viewer, team_of(line), talent=True)
    if may_rate(viewer, person, line):
        assert person != viewer.member_id
        assert scope.sees_ratings_of(person)
        assert viewer.role != "people"
    if may_calibrate(viewer, person, rater, line):
        assert person != viewer.member_id
        assert scope.sees_ratings_of(person)
        assert viewer.role == "people" or rater != viewer.member_id


def test_executives_and_people_partners_open_cycles_and_people_partners_tell_what_is_held():
    viewers = {role: who("x", role) for role in ROLES}
    assert {role for role in ROLES if may_open_cycles(viewers[role])} == {"executive", "people"}
    assert {role for role in ROLES if may_tell_what_is_held(viewers[role])} == {"people"}
    assert may_open_cycles(None)
    assert may_tell_what_is_held(None)

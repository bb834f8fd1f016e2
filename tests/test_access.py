from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access import EVERYTHING, NOBODY, ROLES, Role, Scope, Viewer, reports, scope_of
from dashboard.warehouse.viewers import (
    MEMBERS,
    UnknownViewerError,
    members,
    scope_for,
    viewer_of,
)
from tests.factories import AS_OF, member

PEOPLE = [f"p{number}" for number in range(8)]
reporting_lines = st.dictionaries(
    st.sampled_from(PEOPLE), st.none() | st.sampled_from([*PEOPLE, "nobody's id"]), max_size=8
)
"""Manager by person: trees, loops, people who manage themselves, managers who are not listed."""


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

    scope = scope_of(viewer(person, role), managers)

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

    assert scope_of(viewer("ann", "cs_manager"), managers).member_ids == (
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
        "all_talent": False,
        "talent_ids": [NOBODY],
    }
    assert EVERYTHING.params() | {"member_ids": [], "talent_ids": []} == {
        "all_accounts": True,
        "member_ids": [],
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
    top = scope_for(team, viewer_of(team, "top@example.com", date(2027, 1, 1)))
    assert top.member_ids == ("top", "csm", "leaver")

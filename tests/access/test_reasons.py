"""A reason is told exactly where the rule lets somebody see, and it is the true way up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access import ROLES, Colleague, Viewer, why_account, why_person
from tests.access.test_rule import (
    AS_OF,
    addressed,
    awkward,
    companies,
    ruled_accounts,
    ruled_ratings,
    works,
)

TEAM = {
    "cco": Colleague(None, name="Ada Moss"),
    "sam": Colleague("cco", name="Sam Ng"),
    "lea": Colleague("sam", name="Lea Roy"),
    "kim": Colleague("lea", in_pool=True, name="Kim Lee"),
    "max": Colleague("gone", name="Max Orr"),
}


def looks(member_id: str, role: str) -> Viewer:
    return Viewer(member_id, TEAM[member_id].name, f"{member_id}@example.com", role)


@pytest.mark.parametrize(
    ("who", "role", "held_by", "pooled", "reason"),
    [
        ("cco", "executive", "kim", False, "Executives see every account."),
        ("cco", "finance", None, False, "Finance sees every account."),
        ("cco", "people", "kim", True, None),
        ("kim", "csm", "kim", True, "It is in your own book."),
        ("kim", "csm", "lea", True, "It is a pooled account, and you work the pool."),
        ("kim", "csm", "lea", False, None),
        ("kim", "csm", None, False, None),
        ("lea", "csm", "kim", True, None),
        (
            "sam",
            "cs_manager",
            "kim",
            False,
            "It is in the book of Kim Lee, who reports to Lea Roy, who reports to you.",
        ),
        ("sam", "cs_manager", "lea", False, "It is in the book of Lea Roy, who reports to you."),
        (
            "sam",
            "cs_manager",
            None,
            True,
            "It is a pooled account, and the pool is worked by Kim Lee, who reports to Lea Roy, "
            "who reports to you.",
        ),
        ("sam", "cs_manager", "max", False, None),
        ("sam", "cs_manager", "never loaded", False, None),
    ],
)
def test_the_reason_of_an_account_is_the_way_up_from_its_csm(who, role, held_by, pooled, reason):
    assert why_account(looks(who, role), TEAM, held_by=held_by, pooled=pooled) == reason


@pytest.mark.parametrize(
    ("who", "role", "member_id", "reason"),
    [
        ("sam", "cs_manager", "kim", "Kim Lee reports to Lea Roy, who reports to you."),
        ("cco", "executive", "sam", "Sam Ng reports to you."),
        ("sam", "cs_manager", "sam", None),
        ("sam", "cs_manager", "max", None),
        ("kim", "csm", "kim", None),
        ("cco", "finance", "kim", None),
        ("max", "people", "kim", "People partners see the ratings of everybody."),
    ],
)
def test_the_reason_of_a_rating_is_the_way_up_from_the_person(who, role, member_id, reason):
    assert why_person(looks(who, role), TEAM, member_id, talent=True) == reason
    assert why_person(looks(who, role), TEAM, member_id, talent=False) is None


def test_the_operator_sees_everything():
    assert why_account(None, TEAM, held_by=None, pooled=False)
    assert why_person(None, TEAM, "kim", talent=True)


def team_of(company) -> dict[str, Colleague]:
    return {
        person["member_id"]: Colleague(
            person["manager_id"],
            person["touch_model"] == "pooled" and works(person, AS_OF),
            person["name"],
        )
        for person in company.people
    }


def viewers(company):
    for who in company.people:
        if addressed(company, who["email"]) is who:
            yield who, Viewer(who["member_id"], who["name"], who["email"], who["role"])


@given(st.one_of(companies(), st.just(awkward())))
def test_a_reason_is_given_exactly_where_the_account_or_the_rating_is_visible(company):
    team = team_of(company)
    for who, viewer in viewers(company):
        explained = {
            each["account_id"]
            for each in company.accounts
            if why_account(
                viewer,
                team,
                held_by=each["csm_id"],
                pooled=each["touch_model"] == "pooled",
            )
        }
        rated = {each for each in company.rated if why_person(viewer, team, each, talent=True)}

        assert explained == ruled_accounts(company, who)
        assert rated == ruled_ratings(company, who, talent_is_on=True)


@given(companies())
def test_each_step_of_a_reason_is_a_line_of_the_table(company):
    team = team_of(company)
    managers = {each.name: each.manager_id for each in team.values()}
    for who, viewer in viewers(company):
        for account in company.accounts:
            reason = why_account(viewer, team, held_by=account["csm_id"], pooled=False) or ""
            way = re.findall(r"(P\d)(?=, who reports)", reason)
            above_each = [*way[1:], who["name"]] if way else []
            for name, above in zip(way, above_each, strict=True):
                assert team[managers[name]].name == above
            assert len(set(way)) == len(way)


def test_reasons_differ_by_role():
    told = {
        why_account(looks("cco", role), TEAM, held_by="kim", pooled=False)
        for role in ROLES
        if role != "people"
    }

    assert {"Executives see every account.", "Finance sees every account."} < told

"""Claims become an identity, or a sentence that says why not."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from dashboard.identity import NotAdmittedError, identity_of
from dashboard.settings import SignInSettings

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TEAM = SignInSettings(enabled=True)
GROUPS = SignInSettings(
    enabled=True,
    role_from="claim",
    roles={"executive": ("board",), "csm": ("everybody", "csms"), "people": ("hr",)},
)


def claims(**changed):
    moment = NOW.timestamp()
    return {
        "is_logged_in": True,
        "iss": "https://login.company.example",
        "sub": "1",
        "nonce": "n1",
        "email": "Ana@company.example",
        "email_verified": True,
        "iat": moment - 60,
        "exp": moment + 3600,
    } | changed


def why_not(rules=TEAM, **changed):
    with pytest.raises(NotAdmittedError) as refused:
        identity_of(claims(**changed), rules, NOW)
    return refused.value.why


def test_a_verified_address_is_somebody_until_the_token_expires():
    who = identity_of(claims(name="Ana Ruiz"), TEAM, NOW)

    assert (who.email, who.name, who.role) == ("Ana@company.example", "Ana Ruiz", None)
    assert who.ends_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("said", [False, None, "false", "yes", 0, [True]])
def test_an_address_that_is_not_said_to_be_verified_is_refused(said):
    assert why_not(email_verified=said) == "refused"


@pytest.mark.parametrize("email", [None, "", "  ", 7, ["ana@company.example"]])
def test_without_an_address_nobody_comes_in(email):
    assert why_not(email=email) == "refused"


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_whoever_is_not_logged_in_is_nobody_whatever_else_is_claimed(said):
    assert why_not(is_logged_in=said) == "nobody"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": NOW.timestamp()},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": None},
        {"iat": NOW.timestamp() + 3600, "exp": NOW.timestamp() + 7200},
    ],
)
def test_a_sign_in_whose_end_has_come_or_is_not_known_has_ended(changed):
    assert why_not(**changed) == "ended"


@pytest.mark.parametrize(("hours", "ended"), [(11.99, False), (12, True), (13, True)])
def test_twelve_hours_end_a_sign_in_whose_token_lasts_longer(hours, ended):
    began = NOW - timedelta(hours=hours)
    said = {"iat": began.timestamp(), "exp": (NOW + timedelta(days=30)).timestamp()}

    if ended:
        assert why_not(**said) == "ended"
    else:
        assert identity_of(claims(**said), TEAM, NOW).ends_at == began + timedelta(hours=12)


def test_hours_are_a_setting_and_run_from_this_sign_in_not_from_an_earlier_one():
    rules = SignInSettings(enabled=True, session_hours=0.5)
    earlier = (NOW - timedelta(days=2)).timestamp()

    assert identity_of(claims(auth_time=earlier), rules, NOW).ends_at == NOW + timedelta(minutes=29)
    assert why_not(rules, iat=NOW.timestamp() - 1800) == "ended"


def test_the_key_is_the_same_in_every_tab_and_another_at_the_next_sign_in():
    key = identity_of(claims(), TEAM, NOW).key

    assert identity_of(claims(), TEAM, NOW + timedelta(minutes=9)).key == key
    assert identity_of(claims(nonce="n2"), TEAM, NOW).key != key
    assert identity_of(claims(sub="2"), TEAM, NOW).key != key
    assert "company" not in key


# ------------------------------------------------------------------ groups


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["board"], "executive"),
        ("board", "executive"),
        (["board", "hr"], "people"),
        (["board", "hr", "csms"], "csm"),
        (["something else", "hr"], "people"),
    ],
)
def test_a_group_gives_a_role_and_of_several_the_one_that_shows_least(groups, role):
    assert identity_of(claims(groups=groups), GROUPS, NOW).role == role


@pytest.mark.parametrize("groups", [None, [], ["Board"], "boardroom", {"board": 1}, [["board"]]])
def test_whoever_is_in_no_group_that_gives_a_role_is_refused(groups):
    assert why_not(GROUPS, groups=groups) == "refused"


def test_groups_give_nothing_where_the_list_of_the_team_decides():
    assert identity_of(claims(groups=["board"]), TEAM, NOW).role is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"role_from": "claim"},
        {"role_from": "claim", "roles": {"csm": ()}},
        {"roles": {"csm": ("all",), "executive": ("all",)}},
        {"roles": {"boss": ("all",)}},
        {"session_hours": 0},
        {"session_hours": 25},
        {"hours": 1},
    ],
)
def test_settings_that_would_let_in_nobody_or_anybody_are_refused(wrong):
    with pytest.raises(ValidationError):
        SignInSettings(enabled=True, **wrong)

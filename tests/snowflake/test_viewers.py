"""Snowflake is told who looks, on the session of the question and before it, and never who did."""

import json
from dataclasses import replace

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import accounts
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.row_access import VIEWER
from dashboard.warehouse.viewers import members
from tests.asked_alike import AS_OF

pytestmark = pytest.mark.snowflake

TODAY = Filters(AS_OF)
KIM = Scope(all_accounts=True, viewer="Kim@example.com")
SAM = Scope(member_ids=("m1",), viewer="sam@example.com")


@pytest.fixture
def telling(opened, server):
    """A warehouse with one session that passes the viewer on; its first look is over."""
    warehouse = opened(pass_viewer=True, pool_size=1)
    warehouse.freshness()
    assert names_in(server) == ["service", "freshness"]
    return warehouse


def names_in(server) -> list[str]:
    """What was asked since the last look: names that were set, and tags of questions."""
    told = []
    for note in server.seen("query"):
        text = note["text"]
        if text.lower().startswith("set "):
            told.append(text.partition("= ")[2].strip("'"))
        elif "QUERY_TAG" in note["parameters"]:  # The driver looks around once as it signs in.
            told.append(json.loads(note["parameters"]["QUERY_TAG"])["question"])
    return told


def ask(warehouse, scope) -> None:
    accounts.filter_choices(warehouse, scope, TODAY)


ASKED = "accounts/filter_choices"


def test_two_viewers_on_one_session_are_named_in_turn(telling, server):
    for scope in (KIM, SAM, SAM, KIM):
        ask(telling, scope)

    assert names_in(server) == [
        *("kim@example.com", ASKED),
        *("sam@example.com", ASKED),
        ASKED,  # The same viewer costs no round trip more.
        *("kim@example.com", ASKED),
    ]


def test_the_operator_and_the_look_at_the_team_are_named_apart(telling, server):
    members(telling, AS_OF)
    ask(telling, EVERYTHING)
    ask(telling, replace(SAM, viewer="not an address"))
    ask(telling, Scope())

    assert names_in(server) == [
        "access/members",  # As the service, which was named before.
        *("operator", ASKED),
        *("", ASKED),
        *("service", ASKED),
    ]


def test_without_a_name_nothing_is_asked(telling, server):
    ask(telling, KIM)
    names_in(server)

    with pytest.raises(WarehouseError):
        ask(telling, replace(SAM, viewer="unsettable@example.com"))

    assert set(names_in(server)) == {"unsettable@example.com"}
    # Nobody stands in the session now: whoever comes next is named, the one before included.
    ask(telling, KIM)
    assert names_in(server) == ["kim@example.com", ASKED]


def test_a_name_is_quoted(telling, server):
    address = "o'hara\\'; drop table accounts; --@example.com"

    ask(telling, replace(SAM, viewer=address))

    texts = [note["text"] for note in server.seen("query")]
    assert texts[0] == f"set {VIEWER} = 'o''hara\\\\''; drop table accounts; --@example.com'"
    assert len(texts) == 2


def test_a_session_that_was_lost_is_named_anew(telling, server):
    ask(telling, KIM)
    server.forget_sessions()
    names_in(server)

    ask(telling, KIM)

    assert names_in(server)[-2:] == ["kim@example.com", ASKED]


def test_it_is_off_unless_it_is_set(opened, server):
    warehouse = opened(pool_size=1)
    ask(warehouse, KIM)
    ask(warehouse, SAM)

    assert names_in(server) == ["freshness", ASKED, ASKED]


def test_the_tag_says_who_asks(opened, server):
    ask(opened(pool_size=1), KIM)

    told = [note["parameters"].get("QUERY_TAG") for note in server.seen("query")]
    tags = [json.loads(each) for each in told if each]
    assert [each["viewer"] for each in tags] == ["service", "kim@example.com"]

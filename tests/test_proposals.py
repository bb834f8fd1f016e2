"""Moves on trial: what they change and what never, who sees them, and when they no longer apply."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.proposals import (
    Move,
    Proposal,
    UnreadableProposalError,
    applied,
    books,
    judged,
    moves_table,
    read,
    seen_by,
)
from dashboard.queries import coverage
from dashboard.queries.coverage import ACCOUNTS, BY_CSM
from dashboard.store.base import SavedProposal
from tests.factories import AS_OF

PEOPLE = {"m1": "Ada", "m2": "Bo", "m3": "Cy"}
TEAM = pl.DataFrame(
    [dict.fromkeys(BY_CSM) | {"member_id": each, "name": name} for each, name in PEOPLE.items()],
    schema=BY_CSM,
)


def row(account_id, csm_id="m1", **fields):
    usual = {
        "account_id": account_id,
        "account_name": account_id.upper(),
        "segment": "Enterprise",
        "csm_id": csm_id,
        "csm_name": PEOPLE.get(csm_id),
        "holder": "held" if csm_id else "nobody",
        "is_customer": True,
        "lifecycle_stage": "Adoption",
        "arr": Decimal(10),
        "renewals_due": 1,
    }
    return dict.fromkeys(ACCOUNTS) | usual | fields


def accounts(*rows):
    return pl.DataFrame(list(rows), schema=ACCOUNTS)


BOOK = accounts(row("a1"), row("a2", "m2"), row("a3", None), row("old", is_customer=False))


def test_moves_change_who_holds_and_nothing_else():
    moves = (Move(account_id="a1", from_csm="m1", to_csm="m2"), Move(account_id="a3", to_csm="m1"))

    after = applied(BOOK, PEOPLE, moves)

    assert after.select("account_id", "csm_id", "csm_name", "holder").rows() == [
        ("a1", "m2", "Bo", "held"),
        ("a2", "m2", "Bo", "held"),
        ("a3", "m1", "Ada", "held"),
        ("old", "m1", "Ada", "held"),
    ]
    unchanged = [name for name in ACCOUNTS if name not in {"csm_id", "csm_name", "holder"}]
    assert_frame_equal(after.select(unchanged), BOOK.select(unchanged))
    assert applied(BOOK, PEOPLE, ()).equals(BOOK)


def test_a_later_move_starts_where_the_earlier_one_ended():
    there = Move(account_id="a1", from_csm="m1", to_csm="m2")
    on = Move(account_id="a1", from_csm="m2", to_csm="m3")

    assert judged(BOOK, PEOPLE, (there, on)) == ("", "")
    assert applied(BOOK, PEOPLE, (there, on))["csm_id"][0] == "m3"
    assert judged(BOOK, PEOPLE, (on, there)) == ("it is now with Ada", "")


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (Move(account_id="a1", from_csm="m1", to_csm="m2"), ""),
        (Move(account_id="a2", from_csm="m1", to_csm="m3"), "it is now with Bo"),
        (Move(account_id="a3", from_csm="m1", to_csm="m2"), "it is now with nobody"),
        (Move(account_id="a1", to_csm="m2"), "it is now with Ada"),
        (Move(account_id="old", from_csm="m1", to_csm="m2"), "it is no customer any more"),
        (Move(account_id="??", to_csm="m2"), "the account is not in your book any more"),
        (
            Move(account_id="a1", from_csm="m1", to_csm="left"),
            "who was to have it is no CSM of yours any more",
        ),
        (Move(account_id="a1", from_csm="m1", to_csm="m1"), "it is there already"),
    ],
)  # fmt: skip
def test_a_move_says_why_it_no_longer_applies_and_changes_nothing(move, why):
    assert judged(BOOK, PEOPLE, (move,)) == (why,)
    if why:
        assert applied(BOOK, PEOPLE, (move,)).equals(BOOK)


IDS = [f"a{number}" for number in range(8)]
MOVES = st.lists(
    st.builds(
        Move,
        account_id=st.sampled_from([*IDS, "not there"]),
        from_csm=st.sampled_from([None, *PEOPLE, "left"]),
        to_csm=st.sampled_from([*PEOPLE, "nobody knows"]),
    ),
    max_size=12,
)
BOOKS = st.lists(
    st.builds(
        lambda csm, arr, red, onboarding, customer: {
            "csm_id": csm,
            "arr": arr if customer else None,
            "health_band": "red" if red else None,
            "lifecycle_stage": "Onboarding" if onboarding else "Adoption",
            "is_customer": customer,
        },
        st.sampled_from([None, *PEOPLE, "left"]),
        st.decimals(0, 10**12, places=2),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    min_size=len(IDS),
    max_size=len(IDS),
)
SUMS = ("accounts", "arr", "arr_red", "renewals_due", "onboarding")


@given(MOVES, BOOKS)
def test_no_set_of_moves_changes_the_customers_or_the_arr_of_the_whole(moves, held):
    before = accounts(
        *(row(account_id, **fields) for account_id, fields in zip(IDS, held, strict=True))
    )

    after = applied(before, PEOPLE, moves)

    assert after["account_id"].to_list() == before["account_id"].to_list()
    assert after["arr"].to_list() == before["arr"].to_list()
    sums = [
        {name: frame[name].sum() or 0 for name in SUMS}
        for frame in (books(before, TEAM), books(after, TEAM))
    ]
    assert sums[0] == sums[1]
    changed = {
        account_id
        for account_id, was, now in zip(IDS, before["csm_id"], after["csm_id"], strict=True)
        if was != now
    }
    assert changed <= {move.account_id for move in moves}


@given(MOVES)
def test_moves_and_their_way_back_leave_everything_as_it_was(moves):
    before = accounts(*(row(each) for each in IDS))
    made = [move for move, why in zip(moves, judged(before, PEOPLE, moves), strict=True) if not why]
    back = [
        Move(account_id=move.account_id, from_csm=move.to_csm, to_csm=str(move.from_csm))
        for move in reversed(made)
    ]

    assert applied(before, PEOPLE, [*made, *back])["csm_id"].to_list() == ["m1"] * len(IDS)


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 3, 3)])
@pytest.mark.parametrize("segments", [(), ("Enterprise",)])
def test_books_are_those_of_the_warehouse(demo, as_of, segments):
    filters = Filters(as_of=as_of, segments=segments)
    team = coverage.by_csm(demo, EVERYTHING, filters)
    names = ["member_id", "name", "segment", *SUMS, "ramped_on", "left_on"]

    found = books(coverage.accounts(demo, EVERYTHING, filters), team)

    assert found["accounts"].sum() > 50
    assert_frame_equal(
        found.filter(pl.col("accounts") > 0).select(names),
        team.filter(pl.col("accounts") > 0).select(names),
        check_row_order=False,
    )
    assert set(found["member_id"]) == set(team["member_id"])


def saved(name, *moves, definition=None):
    return SavedProposal(
        name=name,
        version=1,
        definition=definition or Proposal(moves=moves).model_dump_json(),
        as_of=AS_OF,
        saved_by="a@example.com",
        saved_at=datetime(2026, 11, 1, tzinfo=UTC),
        withdrawn=None,
    )


def test_a_proposal_is_seen_by_who_may_see_all_of_its_accounts():
    one, two = Move(account_id="a1", to_csm="m2"), Move(account_id="a2", to_csm="m1")
    kept = [saved("one", one), saved("both", one, two), saved("none"),
            saved("unreadable", definition='{"moves": "x"}')]  # fmt: skip

    assert set(seen_by(kept, {"a1", "a2", "a3"})) == {"one", "both"}
    assert set(seen_by(kept, {"a1"})) == {"one"}
    assert seen_by(kept, set()) == {}
    assert seen_by(kept, {"a1"})["one"].as_of == AS_OF


def test_what_was_saved_reads_as_it_was_or_says_that_it_cannot():
    move = Move(account_id="a1", from_csm="m1", to_csm="m2", reason="=1+1")
    assert read(saved("one", move)).moves == (move,)
    assert read(saved("one", move)).version == 1
    for unfit in ("{", '{"moves": [{"account_id": "", "to_csm": "m1"}]}', '{"more": 1}'):
        with pytest.raises(UnreadableProposalError, match="this version does not know"):
            read(saved("one", definition=unfit))


def test_the_table_of_moves_is_what_is_exported():
    moves = [
        Move(account_id="a3", to_csm="m1", reason="nobody calls"),
        Move(account_id="a2", from_csm="m1", to_csm="m3"),
        Move(account_id="not there", to_csm="m1"),
    ]
    names = {None: "Unassigned"} | PEOPLE

    rows = moves_table(BOOK, moves, judged(BOOK, PEOPLE, moves), names.__getitem__)

    assert rows.rows() == [
        ("A3", "Unassigned", "Ada", Decimal(10), "nobody calls", "", "a3"),
        ("A2", "Ada", "Cy", Decimal(10), "", "it is now with Bo", "a2"),
    ]

"""Many people at once, in random order: nobody is sent what is another's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.navigation import ENTRIES
from tests.access.canaries import CanaryCompany, build_canaries, tokens
from tests.access.conftest import labels
from tests.access.crowd import Client, Identity, SignsIn, Tally, crowd
from tests.awaited import awaited
from tests.browser.conftest import serving

SEED = 20261031


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> CanaryCompany:
    """A canary company with more than fifty people."""
    return build_canaries(tmp_path_factory.mktemp("town"), accounts=160, more_people=40)


@pytest.fixture(scope="module")
def served(town, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The app over it, and the file that the server writes its log to."""
    folder = tmp_path_factory.mktemp("crowd")
    with serving(town.file, folder) as url:
        yield url, folder / "server.log"


def by_link(company: CanaryCompany) -> SignsIn:
    """On the demo, whoever the link names looks. Elsewhere a signed cookie takes its place."""
    names = labels(company)
    return lambda who: Identity(query={"viewer": names[str(who["email"])]})


def test_many_people_at_once_see_nothing_of_each_other(town, served, thorough):
    identities, seconds = (50, 120) if thorough else (8, 20)
    url, log = served
    people = town.people()[:identities]
    assert len({each["email"] for each in people}) == identities

    tally = awaited(
        crowd(
            url,
            people,
            town.allowed,
            by_link(town),
            [entry.file for entry in ENTRIES],
            seconds=seconds,
            at_most=4 * seconds,
            seed=SEED,
        )
    )

    print(dict(tally.counted), len(tally.saw_own), tally.waiting)  # noqa: T201 -- with -s
    assert not tally.foreign
    assert not tally.errors
    assert "Traceback" not in log.read_text()
    assert tally.counted["identities"] == identities
    assert tally.counted["runs"] >= 2 * identities
    assert tally.counted["files"] > 0
    # Whoever has an account saw some: somebody who is shown nothing would prove nothing.
    saw = {each.split()[0] for each in tally.saw_own if "cnryacct" in each}
    assert len(saw) > identities / 2


def test_a_foreign_token_is_found_in_whatever_comes(town):
    """The checker itself: the same bytes are somebody's own and somebody else's."""
    owner, other = (each for each in town.people("csm")[:2])
    (own, *_) = sorted(town.account_ids(owner) - town.account_ids(other))
    message = ForwardMsg()
    message.delta.new_element.markdown.body = f"Call {own} today"
    found = {}
    for who in (owner, other):
        tally = Tally()
        client = Client("", who, Identity(), town.allowed(who), tally)
        awaited(client._receives(Fed(message)))  # noqa: SLF001 -- what every byte goes through
        found[who["member_id"]] = tally.foreign

    assert not found[owner["member_id"]]
    assert set().union(*found[other["member_id"]].values()) == tokens(own)


class Fed:
    """A socket that says one thing."""

    def __init__(self, message: ForwardMsg) -> None:
        self._message = message

    async def recv(self) -> bytes:
        return self._message.SerializeToString()

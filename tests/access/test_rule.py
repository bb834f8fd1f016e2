"""Random companies: what each person sees through the real SQL is exactly the rule.

The rule is computed here in plain Python, from the rows alone and from the sentence in
``docs/access.md``: nothing of ``dashboard.access`` is reused.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboard.access import ROLES, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import account as account_questions
from dashboard.queries import talent
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.viewers import UnknownViewerError, members, scope_for, viewer_of
from tests.conftest import build
from tests.factories import AS_OF, Row, account, member, rating

IDS = [f"p{number}" for number in range(7)]
GONE = AS_OF - timedelta(days=30)
LEAVES_LATER = AS_OF + timedelta(days=1)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example costs a warehouse: the first that fails is small enough to read."""


@dataclass(frozen=True)
class Company:
    """People and accounts as they stand in the tables, and who was rated."""

    people: tuple[Row, ...]
    accounts: tuple[Row, ...]
    rated: tuple[str, ...]

    @property
    def tables(self) -> dict[str, list[Row]]:
        return {
            "team_members": list(self.people),
            "accounts": list(self.accounts),
            "talent_reviews": [rating(person, "meets_all", "low") for person in self.rated],
        }


def _person(member_id: str) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "role": st.sampled_from([*ROLES, "cs_manager", "csm"]),
            # Themselves, each other, nobody, and a manager who was never loaded.
            "manager_id": st.none() | st.sampled_from([*IDS, *IDS, "never loaded"]),
            "touch_model": st.sampled_from([None, "high", "pooled", "pooled"]),
            "left_on": st.sampled_from([None, None, None, GONE, AS_OF, LEAVES_LATER]),
            # Some share an address, some have none, some write it in capitals.
            "email": st.sampled_from([f"{member_id}@example.com"] * 4)
            | st.sampled_from(["shared@example.com", "", f"{member_id.upper()}@EXAMPLE.com"]),
        }
    ).map(lambda fields: member(member_id, **fields))


@st.composite
def companies(draw: st.DrawFn) -> Company:
    ids = draw(st.lists(st.sampled_from(IDS), min_size=2, unique=True))
    people = tuple(draw(_person(each)) for each in ids)
    ring = draw(st.sampled_from([0, 0, 2, 3]))  # So many report to each other, round and round.
    for place, person in enumerate(people[:ring]):
        person["manager_id"] = ids[(place + 1) % min(ring, len(ids))]
    holder = st.none() | st.sampled_from([*ids, *ids, "never loaded"])
    served = st.sampled_from([None, "high", "tech", "pooled", "pooled"])
    held = draw(st.lists(st.tuples(holder, served), min_size=1, max_size=12))
    accounts = tuple(
        account(f"a{place}", csm_id=csm_id, touch_model=touch)
        for place, (csm_id, touch) in enumerate(held)
    )
    rated = draw(st.lists(st.sampled_from(ids), unique=True))
    return Company(people, accounts, tuple(rated))


def works(person: Row, on: date) -> bool:
    return person["left_on"] is None or person["left_on"] > on


def is_above(boss: str, member_id: str, manager_of: dict[str, object]) -> bool:
    """Whether the way up from a person leads to the boss, each step taken once."""
    passed = {member_id}
    above = manager_of.get(member_id)
    while above in manager_of and above not in passed:
        if above == boss:
            return True
        passed.add(above)
        above = manager_of[above]
    return False


def addressed(company: Company, email: str) -> Row | None:
    """The one current person of an address; an empty one is nobody's."""
    found = [
        person
        for person in company.people
        if works(person, AS_OF) and email and person["email"].lower() == email.lower()
    ]
    return found[0] if len(found) == 1 else None


def below(company: Company, boss: Row) -> set[str]:
    manager_of = {person["member_id"]: person["manager_id"] for person in company.people}
    return {
        member_id for member_id in manager_of if is_above(boss["member_id"], member_id, manager_of)
    } - {boss["member_id"]}


def ruled_accounts(company: Company, who: Row) -> set[str]:
    """Ids of the accounts that the rule lets a person see."""
    if who["role"] in {"executive", "finance"}:
        return {each["account_id"] for each in company.accounts}
    if who["role"] == "people":
        return set()
    own = {who["member_id"]}
    tree = own | below(company, who) if who["role"] == "cs_manager" else own
    works_the_pool = any(
        person["touch_model"] == "pooled" and works(person, AS_OF)
        for person in company.people
        if person["member_id"] in tree
    )
    return {
        each["account_id"]
        for each in company.accounts
        if each["csm_id"] in tree or (works_the_pool and each["touch_model"] == "pooled")
    }


def ruled_ratings(company: Company, who: Row, *, talent_is_on: bool) -> set[str]:
    """Ids of the people whose ratings the rule lets a person see."""
    rated = set(company.rated)
    if not talent_is_on:
        return set()
    if who["role"] == "people":
        return rated
    return rated & below(company, who) if who["role"] in {"executive", "cs_manager"} else set()


def ruled_meetings(company: Company, who: Row) -> set[str]:
    """Ids of the people whose one-on-ones the rule lets a person read."""
    if who["role"] in {"executive", "cs_manager"}:
        return below(company, who) | {who["member_id"]}
    return {who["member_id"]} if who["role"] == "csm" else set()


def seen_accounts(warehouse: EmbeddedWarehouse, scope: Scope) -> set[str]:
    rows = account_questions.choices(warehouse, scope, Filters(AS_OF))
    return set(rows["account_id"])


def seen_ratings(warehouse: EmbeddedWarehouse, scope: Scope) -> set[str]:
    return set(talent.people(warehouse, scope, Filters(AS_OF))["member_id"])


def scopes(warehouse: EmbeddedWarehouse, company: Company, *, talent_is_on: bool):
    """Scope of each address of the company, ``None`` where it opens nothing."""
    team = members(warehouse, AS_OF)
    for email in sorted({person["email"] for person in company.people} | {"", "no@example.com"}):
        try:
            viewer = viewer_of(team, email, AS_OF)
        except UnknownViewerError:
            yield email, None, None
        else:
            yield email, viewer, scope_for(team, viewer, AS_OF, talent=talent_is_on)


@settings(max_examples=10, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.too_slow])
@given(companies(), st.sampled_from([True, True, False]))
def test_everybody_sees_exactly_what_the_rule_says(company, talent_is_on):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "company.duckdb"
        build(path, company.tables, policy=Policy(), loaded=["talent_reviews"])
        warehouse = EmbeddedWarehouse(path, Policy())
        for email, viewer, scope in scopes(warehouse, company, talent_is_on=talent_is_on):
            who = addressed(company, email)
            assert (who is None) == (viewer is None), email
            if who is None:
                continue
            assert viewer.member_id == who["member_id"]
            assert seen_accounts(warehouse, scope) == ruled_accounts(company, who)
            assert seen_ratings(warehouse, scope) == ruled_ratings(
                company, who, talent_is_on=talent_is_on
            )
            assert who["member_id"] not in seen_ratings(warehouse, scope) or (
                who["role"] == "people"
            )
            met = {
                person["member_id"]
                for person in company.people
                if scope.sees_meetings_of(person["member_id"])
            }
            assert met == ruled_meetings(company, who)


def awkward() -> Company:
    """One company with every oddity at once, so that none is left to chance."""
    blank = {"manager_id": None, "touch_model": None, "left_on": None}
    company = Company(
        people=(
            member("p0", role="executive", email="cco@example.com"),
            member("p1", role="cs_manager", manager_id="p2"),
            member("p2", role="cs_manager", manager_id="p1", left_on=GONE, touch_model="pooled"),
            member("p3", role="csm", manager_id="p2", touch_model="pooled"),
            member("p4", role="csm", manager_id="p4"),
            member("p5", role="csm", manager_id="never loaded", email="twice@example.com"),
            member("p6", role="finance", email="Twice@example.com"),
        ),
        accounts=(
            account("a0", csm_id="p1"),
            account("a1", csm_id="p2"),
            account("a2", csm_id="p3"),
            account("a3", csm_id="p4", touch_model="pooled"),
            account("a4", csm_id=None, touch_model="pooled"),
            account("a5", csm_id=None),
            account("a6", csm_id="never loaded"),
            account("a7", csm_id="p4"),
        ),
        rated=("p1", "p2", "p3", "p4"),
    )
    filled = tuple(
        blank | {"email": f"{each['member_id']}@example.com"} | each for each in company.people
    )
    return Company(
        filled, tuple({"touch_model": None} | each for each in company.accounts), company.rated
    )


def test_the_rule_of_this_file_says_of_an_awkward_company_what_a_reader_would():
    company = awkward()
    by_id = {person["member_id"]: person for person in company.people}

    seen = {member_id: ruled_accounts(company, who) for member_id, who in by_id.items()}

    assert seen["p1"] == {"a0", "a1", "a2", "a3", "a4"}, "round the loop, a leaver's and the pool"
    assert seen["p3"] == {"a2", "a3", "a4"}
    assert seen["p4"] == {"a3", "a7"}, "who manages herself has no tree beside the own book"
    assert len(seen["p0"]) == len(seen["p6"]) == 8
    assert ruled_ratings(company, by_id["p1"], talent_is_on=True) == {"p2", "p3"}
    assert ruled_ratings(company, by_id["p4"], talent_is_on=True) == set()
    assert addressed(company, "twice@example.com") is None
    assert ruled_meetings(company, by_id["p1"]) == {"p1", "p2", "p3"}


@pytest.mark.parametrize("wrong", ["a tree too many", "the pool of a leaver", "own rating"])
def test_a_wrong_scope_is_noticed(wrong, tmp_path):
    """What the comparison above rests on: another scope gives other rows."""
    company = awkward()
    build(tmp_path / "company.duckdb", company.tables, policy=Policy())
    warehouse = EmbeddedWarehouse(tmp_path / "company.duckdb", Policy())
    match wrong:
        case "a tree too many":
            seen, who = seen_accounts(warehouse, Scope(member_ids=("p4", "p3"))), "p4"
        case "the pool of a leaver":
            seen, who = seen_accounts(warehouse, Scope(member_ids=("p4",), pool=True)), "p4"
        case _:
            seen, who = seen_ratings(warehouse, Scope(talent_ids=("p1", "p2", "p3"))), "p1"
    person = next(each for each in company.people if each["member_id"] == who)
    ruled = (
        ruled_ratings(company, person, talent_is_on=True)
        if wrong == "own rating"
        else ruled_accounts(company, person)
    )

    assert seen > ruled


def test_the_random_companies_hold_the_cases_that_matter():
    """Counted over a hundred of them: a rare case would prove nothing."""
    counted: Counter[str] = Counter()

    @settings(max_examples=100, database=None, derandomize=True)
    @given(companies())
    def count(company):
        ids = {person["member_id"] for person in company.people}
        managers = {person["member_id"]: person["manager_id"] for person in company.people}
        emails = Counter(person["email"].lower() for person in company.people)
        cases = {
            "manages herself": any(boss == each for each, boss in managers.items()),
            "loop": any(
                boss in ids and boss != each and is_above(each, boss, managers)
                for each, boss in managers.items()
            ),
            "orphan": any(boss is not None and boss not in ids for boss in managers.values()),
            "leaver": any(not works(person, AS_OF) for person in company.people),
            "address twice": max(emails.values()) > 1,
            "no address": "" in emails,
            "unassigned": any(each["csm_id"] is None for each in company.accounts),
            "pooled": any(each["touch_model"] == "pooled" for each in company.accounts),
        }
        counted.update(case for case, holds in cases.items() if holds)

    count()

    assert len(counted) == 8
    assert min(counted.values()) >= 5, counted

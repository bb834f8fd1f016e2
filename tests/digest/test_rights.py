"""Each recipient is told of the own accounts and of nothing else."""

import duckdb
import polars as pl
import pytest

from dashboard.digest import chat
from dashboard.digest.compose import NothingToSeeError
from dashboard.digest.mail import message
from dashboard.digest.markup import html
from dashboard.digest.plain import text
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.questions import questions
from dashboard.warehouse.embedded import EmbeddedWarehouse
from tests.access.test_rule import Company, ruled_accounts
from tests.digest.conftest import digest_of
from tests.factories import AS_OF

TALENT = ("talent", "rating", "promotab", "9-block", "career", "calibrat", "performance")


@pytest.fixture(scope="module")
def rows(company_file):
    """People and accounts as they stand in the file, read without the dashboard."""
    with duckdb.connect(str(company_file), read_only=True) as connection:
        people = connection.sql("select * from team_members").pl().to_dicts()
        accounts = connection.sql("select * from accounts").pl().to_dicts()
    return Company(tuple(people), tuple(accounts), rated=())


def everything_said(digest) -> str:
    """Every rendering of a digest, with its addresses."""
    made = message(digest, sender="dashboard@example.com")
    bodies = [part.get_content() for part in made.walk() if not part.is_multipart()]
    headers = [f"{name}: {value}" for name, value in made.items()]
    said = [*headers, *bodies, text(digest), html(digest)]
    return "\n".join(
        [*said, str(chat.payload(digest, "slack")), str(chat.payload(digest, "teams"))]
    )


def test_nobody_is_told_of_an_account_outside_the_own(digests, rows):
    by_email = {person["email"].lower(): person for person in rows.people}
    hidden = 0

    for email, digest in digests.items():
        seen = ruled_accounts(rows, by_email[email.lower()])
        said = everything_said(digest)
        own = {each["account_name"] for each in rows.accounts if each["account_id"] in seen}
        for each in rows.accounts:
            if each["account_id"] not in seen:
                hidden += 1
                assert each["account_id"] not in said
                assert each["account_name"] in own or each["account_name"] not in said
    assert len(digests) > 10
    assert hidden > 500


def test_everybody_is_told_of_some_account_of_their_own(digests, rows):
    """The test above would pass on empty digests."""
    by_email = {person["email"].lower(): person for person in rows.people}
    for email, digest in digests.items():
        seen = ruled_accounts(rows, by_email[email.lower()])
        assert any(account_id in everything_said(digest) for account_id in seen), email


def test_an_account_outside_would_be_noticed(digests, rows, by_role):
    csm = by_role["csm"]
    seen = ruled_accounts(rows, next(each for each in rows.people if each["email"] == csm))

    told_to_the_executive = everything_said(digests[by_role["executive"]])

    assert any(
        each["account_id"] in told_to_the_executive
        for each in rows.accounts
        if each["account_id"] not in seen
    )


def test_an_executive_a_manager_and_a_csm_get_three_different_digests(digests, by_role):
    roles = ("executive", "cs_manager", "csm")
    keys = {role: [part.key for part in digests[by_role[role]].parts] for role in roles}

    assert len({text(digests[by_role[role]]) for role in roles}) == 3
    assert keys["csm"][0] == "book"
    assert "calendar" in keys["cs_manager"]
    assert "stakes" in keys["executive"]


def test_finance_is_told_of_money_alone(digests, by_role):
    digest = digests[by_role["finance"]]

    assert [part.key for part in digest.parts] == ["money", "stakes", "at_risk", "forecasts"]
    said = text(digest).lower()
    assert "detractor" not in said
    assert "trigger" not in said


def test_people_partners_get_none_and_the_report_says_why(company_file, run, by_role, tmp_path):
    result = run(company_file, "--to", "people", "--dry-run", str(tmp_path / "out"))

    assert result.exit_code == 0, result.output
    assert f"skipped  {by_role['people']}: sees no accounts" in result.output
    assert not list(tmp_path.glob("out/*"))


def test_nothing_of_talent_is_asked_for_or_said(company_file, people, digests):
    class Watched(EmbeddedWarehouse):
        asked: list[str]

        def fetch(self, question, *, scope, **given):
            self.asked.append(question)
            if question != "access/members":
                assert not scope.all_talent
                assert scope.talent_ids == ()
            return super().fetch(question, scope=scope, **given)

    watched = Watched(company_file, Policy())
    watched.asked = []
    for email in people.unique("role").filter(pl.col("role") != "people")["email"]:
        digest_of(watched, email)

    assert "overview/changes" in watched.asked
    assert not {each for each in watched.asked if each.startswith("talent/")}
    talent = {name for name in questions() if name.startswith("talent/")}
    assert talent
    assert not talent & set(watched.asked)
    for digest in digests.values():
        said = everything_said(digest).lower()
        assert not [word for word in TALENT if word in said]


def test_the_filters_somebody_set_hold_in_every_part_and_link(company, by_role, rows):
    segment_of = {each["account_id"]: each["segment"] for each in rows.accounts}
    among = Filters(AS_OF, segments=("Enterprise",))

    digest = digest_of(company, by_role["executive"], among=among)

    told = {
        item.href.partition("account=")[2].partition("&")[0]
        for part in digest.parts
        for item in part.items
        if item.href
    }
    assert told
    assert {segment_of[account_id] for account_id in told} == {"Enterprise"}
    assert all("segment=Enterprise" in part.href for part in digest.parts)
    assert "segment Enterprise" in text(digest)
    assert "viewer" not in everything_said(digest)


def test_a_csm_filter_stands_in_a_link_by_the_name_that_the_page_reads(company, by_role, people):
    csm = people.filter(email=by_role["csm"]).row(0, named=True)

    digest = digest_of(
        company, by_role["executive"], among=Filters(AS_OF, csm_ids=(csm["member_id"],))
    )

    assert f"csm={csm['name'].replace(' ', '%20')}" in digest.home


def test_filters_that_leave_nothing_send_nothing(company, by_role, people):
    other = people.filter(pl.col("role") == "csm", pl.col("email") != by_role["csm"])

    with pytest.raises(NothingToSeeError, match="within the filters"):
        digest_of(company, by_role["csm"], among=Filters(AS_OF, csm_ids=(other["member_id"][0],)))

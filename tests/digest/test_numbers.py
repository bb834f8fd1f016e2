"""The numbers of a digest are those of the pages' questions, of all rows and to the cent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.digest.plain import text
from dashboard.filters import Filters
from dashboard.findings import overview as findings
from dashboard.formats import money_exact
from dashboard.questions import questions
from dashboard.warehouse.viewers import members, scope_for, viewer_of
from tests.digest.conftest import SINCE, digest_of
from tests.factories import AS_OF

MOVED = {"new", "reactivation", "expansion", "contraction", "churn"}
QUARTER = Filters(AS_OF, date(2026, 10, 1), date(2027, 1, 1))
YEAR = Filters(AS_OF, date(2025, 11, 1), AS_OF + timedelta(days=1))


def told_of(*roles: str) -> pytest.MarkDecorator:
    """The roles that are told of something."""
    return pytest.mark.parametrize("told", roles, indirect=True)


ALL = ("executive", "cs_manager", "csm", "finance")
CUSTOMERS = ("executive", "cs_manager", "csm")


@pytest.fixture
def told(request, company, by_role, digests):
    """A digest, and the pages' questions asked by the same person."""
    email = by_role[request.param]
    team = members(company, AS_OF)
    scope = scope_for(team, viewer_of(team, email, AS_OF), AS_OF, talent=False)

    def rows(question, among=None, **own):
        function = questions()[question].function
        return function(company, scope, among or Filters(AS_OF), **own).to_dicts()

    return {part.key: part for part in digests[email].parts}, rows, text(digests[email])


def summed(rows, amount) -> Decimal:
    return sum((row[amount] for row in rows if row[amount] is not None), Decimal(0))


def once(rows, key, amount) -> Decimal:
    """Sum over what is in several rows, each once."""
    return sum({row[key]: row[amount] or Decimal(0) for row in rows}.values(), Decimal(0))


@told_of(*ALL)
def test_what_moved_is_what_the_overview_says(told):
    parts, rows, said = told
    changes = rows("overview/changes", compared_on=SINCE)
    net = summed([row for row in changes if row["kind"] in MOVED], "arr")
    part = parts.get("changes") or parts["money"]

    assert part.amount == net
    assert money_exact(net) in said
    if part.key == "changes":
        assert part.rows == len(changes)
    else:
        kinds = MOVED | {"renewed", "renewal lost"}
        assert part.rows == len([row for row in changes if row["kind"] in kinds])


@told_of("executive", "cs_manager", "finance")
def test_what_is_at_risk_is_what_the_overview_says(told):
    parts, rows, said = told
    found = rows("overview/at_risk", Filters(AS_OF, None, date(2027, 10, 1)))

    assert (parts["at_risk"].rows, parts["at_risk"].amount) == (
        len(found),
        summed(found, "arr_due"),
    )
    assert money_exact(summed(found, "arr_due")) in said


@told_of("executive", "finance")
def test_the_stakes_are_those_of_the_quarter(told):
    parts, rows, said = told
    found = [row for row in rows("renewal_watch/stakes", QUARTER) if row["state"] != "saved"]

    assert parts["stakes"].amount == summed(found, "arr_at_stake")
    assert money_exact(summed(found, "arr_at_stake")) in said


@told_of("cs_manager", "csm")
def test_what_lacks_an_answer_or_a_touch_is_the_calendar(told):
    parts, rows, _ = told
    found = [
        row for row in rows("renewal_watch/calendar") if row["state"] != "answered and touched"
    ]
    near = [row for row in found if "no touch" in row["state"] and row["days_to_due"] <= 60]

    assert parts["calendar"].amount == summed(found, "arr_due")
    assert parts["calendar"].to_do == len(found)
    shown = [item for item in parts["calendar"].items if item.rule.name.startswith("call")]
    assert len(shown) == min(len(near), len([row for row in found[:5] if row in near]))


@told_of(*CUSTOMERS)
def test_the_detractors_are_the_open_loops_of_the_page(told):
    parts, rows, _ = told
    found = rows("loops/unclosed", YEAR)

    assert parts["loops"].rows == len(found)
    assert parts["loops"].amount == once(found, "account_id", "arr")


@told_of(*CUSTOMERS)
def test_the_triggers_count_each_customer_once(told):
    parts, rows, _ = told
    found = rows("triggers/fired")

    assert parts["triggers"].amount == once(found, "account_id", "arr")


@told_of(*ALL)
def test_changed_forecasts_count_each_opportunity_once(told):
    parts, rows, _ = told
    found = rows("expansion/category_changes", days=28)

    assert parts["forecasts"].rows == len(found)
    assert (parts["forecasts"].amount or 0) == once(found, "opportunity_id", "amount")


@told_of("csm")
def test_a_csm_is_told_of_the_red_and_silent_of_the_book(told):
    parts, rows, _ = told
    found = [row for row in rows("one_on_one/accounts") if row["bucket"] in {"red", "silent"}]

    assert parts["book"].amount == summed(found, "arr")


@pytest.mark.parametrize("most", [1, 4, 50])
def test_short_lists_say_how_many_there_are_more(company, by_role, most):
    digest = digest_of(company, by_role["executive"], most=most)

    for part in digest.parts:
        assert len(part.items) <= most
        if part.key == "at_risk" and part.rows > most:
            assert part.more == f"{part.rows - most} more renewal" + "s" * (part.rows - most > 1)
        if part.more:
            assert part.more in " ".join(text(digest).split())
        assert part.href in text(digest)


def test_the_title_is_the_one_of_the_page(company, by_role, digests):
    digest = digests[by_role["executive"]]
    changes = questions()["overview/changes"].function(
        company,
        scope_for(
            members(company, AS_OF),
            viewer_of(members(company, AS_OF), by_role["executive"], AS_OF),
            AS_OF,
            talent=False,
        ),
        Filters(AS_OF),
        compared_on=SINCE,
    )

    assert digest.headline == findings.changed(changes, "3 Oct 2026", currency="USD")

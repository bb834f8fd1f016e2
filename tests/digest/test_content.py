"""What a digest says where nothing changed, where data are old or absent, and what to do."""

from datetime import date, timedelta

import pytest

from dashboard.digest import chat, rules
from dashboard.digest.markup import html
from dashboard.digest.plain import text
from dashboard.settings import ROOT
from tests.digest.conftest import BASE, NOW, digest_of
from tests.factories import (
    AS_OF,
    account,
    answer,
    change,
    member,
    moment,
    opportunity,
    renewal,
    scored,
    subscription,
)

EMAIL = "m1@example.com"
QUIET = {
    "team_members": [member("m1", role="csm")],
    "accounts": [account()],
    "subscriptions": [subscription(1000)],
}
LOADED = (
    *("arr_movements", "health_scores", "opportunities", "opportunity_history", "renewals"),
    *("risks", "survey_responses", "timeline_entries", "usage_weekly", "support_cases"),
    *("objectives", "forecast_calls"),
)


def body(said: str) -> str:
    """What stands above the foot."""
    return said.split("\n--\n", maxsplit=1)[0].strip()


def test_nothing_changed_is_one_line(warehouse_of):
    digest = digest_of(warehouse_of(loaded=LOADED, **QUIET), EMAIL)

    assert digest.nothing_changed
    line, link = body(text(digest)).splitlines()
    assert line == "Nothing changed after 3 Oct 2026; nothing waits to be done."
    assert link == f"{BASE}/?as_of=2026-10-31"
    assert html(digest).count("<table") == 0
    assert [said for said, _ in chat.lines(digest)][:-1] == [
        "31 Oct 2026: Nothing changed after 3 Oct 2026; nothing waits to be done."
    ]


def test_nothing_changed_still_counts_what_waits(warehouse_of):
    tables = QUIET | {"renewals": [renewal()]}
    digest = digest_of(warehouse_of(loaded=LOADED, **tables), EMAIL)

    assert body(text(digest)).splitlines()[0] == (
        "Nothing changed after 3 Oct 2026; 1 thing still waits to be done."
    )


def test_a_change_is_no_single_line(warehouse_of):
    tables = QUIET | {"survey_responses": [answer(3, responded_on=date(2026, 10, 20))]}
    digest = digest_of(warehouse_of(loaded=LOADED, **tables), EMAIL)

    assert not digest.nothing_changed
    assert "To do (look after the detractor)" in text(digest)
    assert "To do (close the loop)" in text(digest), "eleven days are more than seven"


def test_what_is_not_loaded_is_said_and_the_rest_is_told(warehouse_of):
    digest = digest_of(warehouse_of(**QUIET), EMAIL)

    assert {each.heading for each in digest.unanswered} >= {
        "Renewals without an answer or a touch",
        "Expansion forecasts that changed",
    }
    for said in (text(digest), html(digest)):
        assert "Could not be answered" in said
        assert "renewals" in said
    assert "Not loaded, so nothing is told of it: arr_movements," in " ".join(text(digest).split())
    assert {part.key for part in digest.parts} >= {"book", "changes"}


@pytest.mark.parametrize(
    ("age", "old"),
    [(timedelta(hours=23), None), (timedelta(hours=25), "1 day"), (timedelta(days=9), "9 days")],
)
def test_data_older_than_a_day_are_stamped_in_subject_and_body(warehouse_of, age, old):
    warehouse = warehouse_of(loaded=LOADED, **QUIET)
    digest = digest_of(warehouse, EMAIL, at=warehouse.freshness().loaded_at + age)

    if old is None:
        assert "Stale" not in text(digest) + html(digest)
        return
    assert digest.subject.startswith(f"[data {old} old] 31 Oct 2026: ")
    assert text(digest).startswith("Stale data: loaded ")
    assert old in text(digest).splitlines()[0]
    assert 'role="alert"' in html(digest)
    assert chat.lines(digest)[0][0].startswith("Stale data: loaded ")


def test_the_foot_says_day_filters_age_and_definitions(digests, by_role):
    digest = digests[by_role["executive"]]
    foot = " ".join(text(digest).split("\n--\n")[1].split())

    assert "Changes after 3 Oct 2026, as of 31 Oct 2026." in foot
    assert f"Data loaded on {digest.loaded_at:%-d %b %Y, %H:%M} UTC." in foot
    for part in digest.parts:
        assert part.definition in foot


def test_an_old_answer_is_the_same_news_and_another_one_is_not(warehouse_of):
    tables = QUIET | {"survey_responses": [answer(3, responded_on=date(2026, 10, 20))]}
    warehouse = warehouse_of(loaded=LOADED, **tables)
    digest = digest_of(warehouse, EMAIL)
    day_later = digest_of(warehouse, EMAIL, at=digest.loaded_at + timedelta(days=3))
    tables["survey_responses"] = [answer(2, responded_on=date(2026, 10, 20))]
    other = digest_of(warehouse_of(loaded=LOADED, **tables), EMAIL)

    assert digest.fingerprint == day_later.fingerprint
    assert digest.fingerprint != other.fingerprint
    assert digest.fingerprint != digest_of(warehouse, EMAIL, since=AS_OF - timedelta(9)).fingerprint


# ------------------------------------------------------------------ what to do

RED = {"days_left": 10, "due_quarter": date(2026, 10, 1)}
AHEAD = {"state": "no answer, no touch", "days_to_due": 60}


@pytest.mark.parametrize(
    ("rule", "of"),
    [
        (rules.SAVE_PLAN, rules.for_red_renewal(RED, date(2026, 10, 1))),
        (rules.RECOVER, rules.for_red_renewal(RED, date(2026, 7, 1))),
        (rules.SETTLE, rules.for_red_renewal(RED | {"days_left": -1}, date(2026, 10, 1))),
        (rules.CALL, rules.for_renewal_ahead(AHEAD, 60)),
        (rules.CALL, rules.for_renewal_ahead(AHEAD | {"state": "no touch"}, 60)),
        (rules.ARRANGE, rules.for_renewal_ahead(AHEAD, 59)),
        (rules.ASK, rules.for_renewal_ahead(AHEAD | {"state": "no answer"}, 60)),
        (rules.CLOSE, rules.for_loop({"state": "open, overdue"})),
        (rules.CLOSE, rules.for_loop({"state": "open, age unknown"})),
        (rules.REPLY, rules.for_loop({"state": "open, in time"})),
        (rules.NOTHING, rules.for_stake({"state": "saved"})),
        (rules.REASON, rules.for_stake({"state": "churned"})),
        (
            rules.FELL,
            rules.for_category({"category_before": "commit", "category_after": "pipeline"}),
        ),
        (rules.FELL, rules.for_category({"category_before": "commit", "category_after": None})),
        (
            rules.NOTHING,
            rules.for_category({"category_before": "pipeline", "category_after": "closed"}),
        ),
        (
            rules.NOTHING,
            rules.for_category({"category_before": "our own", "category_after": "pipeline"}),
        ),
        (
            rules.RECOVER,
            rules.for_changes([{"kind": "expansion", "arr": 1}, {"kind": "became red", "arr": -5}]),
        ),
        (rules.FELL, rules.for_changes([{"kind": "renewal forecast", "arr": -5}])),
        (rules.NOTHING, rules.for_changes([{"kind": "renewal forecast", "arr": 5}])),
        (
            rules.SAVE_PLAN,
            rules.for_customer(
                {"bucket": "red", "next_renewal_on": date(2026, 12, 31)}, date(2027, 1, 1)
            ),
        ),
        (
            rules.RECOVER,
            rules.for_customer(
                {"bucket": "red", "next_renewal_on": date(2027, 1, 1)}, date(2027, 1, 1)
            ),
        ),
        (
            rules.SPEAK,
            rules.for_customer({"bucket": "silent", "next_renewal_on": None}, date(2027, 1, 1)),
        ),
    ],
)
def test_what_to_do_follows_a_rule(rule, of):
    assert of is rule


def test_a_red_renewal_of_this_quarter_asks_for_a_plan(warehouse_of):
    tables = QUIET | {
        "team_members": [member("m1", role="executive")],
        "renewals": [renewal(due_on=date(2026, 12, 1), arr_due=900)],
        "health_scores": scored(20, date(2026, 10, 26)),
    }
    digest = digest_of(warehouse_of(loaded=LOADED, **tables), EMAIL)

    (part,) = [part for part in digest.parts if part.key == "at_risk"]
    assert [(item.account, item.worth, item.rule) for item in part.items] == [
        ("A1", "$900", rules.SAVE_PLAN)
    ]
    assert "$900.00" in part.total


def test_a_forecast_that_fell_is_told_first(warehouse_of):
    tables = QUIET | {
        "opportunities": [opportunity(), opportunity("o2")],
        "opportunity_history": [
            change("forecast_category", "commit", "pipeline", moment(2026, 10, 20)),
            change(
                "forecast_category",
                "omitted",
                "pipeline",
                moment(2026, 10, 25),
                opportunity_id="o2",
            ),
        ],
    }
    digest = digest_of(warehouse_of(loaded=LOADED, **tables), EMAIL)

    (part,) = [part for part in digest.parts if part.key == "forecasts"]
    assert [item.rule for item in part.items] == [rules.FELL, rules.NOTHING]


def test_every_rule_is_in_the_documentation_with_when_it_holds():
    page = (ROOT / "docs" / "digest.md").read_text(encoding="utf-8")

    for rule in rules.RULES:
        assert f"| {rule.name} |" in page, rule.name
    assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)


def test_now_is_not_read_while_composing(warehouse_of):
    warehouse = warehouse_of(loaded=LOADED, **QUIET)
    assert text(digest_of(warehouse, EMAIL, at=NOW)) == text(digest_of(warehouse, EMAIL, at=NOW))

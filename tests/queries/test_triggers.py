"""Triggers, each on a row built for it: just short of its threshold, at it, and just past it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import triggers
from dashboard.risk_policy import RiskPolicy
from dashboard.warehouse.base import MissingTableError
from tests.factories import (
    AS_OF,
    SINCE,
    account,
    answer,
    cells,
    measured,
    member,
    moment,
    note,
    subscription,
)

TODAY = Filters(AS_OF)
WEEK = date(2026, 10, 19)
"""Monday of the last week that had ended on the as-of date, a Saturday."""
EARLIER = date(2026, 7, 20)
"""Thirteen weeks before."""


def company(*account_ids, **fields):
    """Customers with an ARR of 100 each."""
    return {
        "accounts": [account(each, **fields) for each in account_ids],
        "subscriptions": [subscription(100, account_id=each) for each in account_ids],
        "team_members": [member("m1", name="Ada")],
    }


def used(active_users, week_on=WEEK, *, of=100, account_id="a1"):
    return {
        "account_id": account_id,
        "week_on": week_on,
        "active_users": active_users,
        "licensed_seats": of,
    }


def touched(day, *, executive=True, account_id="a1"):
    happened_at = moment(day.year, day.month, day.day, 10)
    return note("met", happened_at, executive=executive, account_id=account_id)


def objective(status, number=1, **fields):
    usual = {"objective_id": f"{status} {number}", "account_id": "a1", "goal": "g"}
    return usual | {"status": status} | fields


def case(opened_on, closed_on=None, number=1, **fields):
    closed_at = closed_on and moment(closed_on.year, closed_on.month, closed_on.day, 9)
    return {
        "case_id": f"{opened_on} {closed_on} {number} {sorted(fields.items())}",
        "account_id": "a1",
        "opened_at": moment(opened_on.year, opened_on.month, opened_on.day, 9),
        "closed_at": closed_at,
    } | fields


def risk(category, **fields):
    usual = {"risk_id": category, "account_id": "a1", "source": "auto", "opened_on": SINCE}
    return usual | {"category": category} | fields


def fires(warehouse, question, filters=TODAY):
    return question(warehouse, EVERYTHING, filters)["account_id"].to_list()


def judged(warehouse, category, filters=TODAY):
    """Customers of a category by the reason why they are not judged."""
    rows = triggers.judged(warehouse, EVERYTHING, filters).filter(category=category)
    return dict(rows.select("not_judged", "customers").rows())


# ------------------------------------------------------------------ Deployment

PEERS = ("p1", "p2", "p3", "p4", "p5")


def with_peers(*rows, **fields):
    """The customer a1 beside five whose licence use is 80 %, which is the median of all."""
    tables = company("a1", *PEERS, **fields)
    return tables | {"usage_weekly": [*(used(80, account_id=each) for each in PEERS), *rows]}


@pytest.mark.parametrize(("users", "expected"), [(59, ["a1"]), (60, []), (61, [])])
def test_deployment_fires_below_three_quarters_of_the_segments_median(
    warehouse_of, users, expected
):
    warehouse = warehouse_of(**with_peers(used(users)))

    assert fires(warehouse, triggers.deployment) == expected
    assert judged(warehouse, "Deployment") == {None: 6}


def test_deployment_says_what_it_found(warehouse_of):
    warehouse = warehouse_of(**with_peers(used(118, of=200)))

    assert triggers.deployment(warehouse, EVERYTHING, TODAY).rows() == [
        (
            *("a1", "A1", "Enterprise", "Ada", Decimal(100), "Deployment"),
            *("118 of 200 seats in use", 0.59, pytest.approx(0.6), WEEK, None),
        )
    ]


def test_deployment_takes_the_latest_week_that_has_ended_and_is_known(warehouse_of):
    running, before = date(2026, 10, 26), date(2026, 10, 12)
    warehouse = warehouse_of(**with_peers(used(10, running), used(None), used(59, before)))

    found = triggers.deployment(warehouse, EVERYTHING, TODAY)
    assert cells(found, "observed", "observed_on") == [(0.59, before)]
    sunday = Filters(AS_OF + timedelta(days=1))
    found = triggers.deployment(warehouse, EVERYTHING, sunday)
    assert cells(found, "observed", "observed_on") == [(0.1, running)]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (None, "no licence use recorded"),
        (used(None), "no licence use recorded"),
        (used(1, of=0), "no licence use recorded"),
        (used(1, of=None), "no licence use recorded"),
        (used(1, date(2026, 8, 31)), "the latest is stale"),
    ],
)
def test_deployment_judges_nobody_without_a_fresh_use(warehouse_of, row, why):
    warehouse = warehouse_of(**with_peers(*([row] if row else [])))

    assert fires(warehouse, triggers.deployment) == []
    assert judged(warehouse, "Deployment") == {None: 5, why: 1}


def test_deployment_counts_a_use_as_fresh_on_its_last_day(warehouse_of):
    monday = date(2026, 9, 7)
    warehouse = warehouse_of(**with_peers(used(1, monday)))

    assert fires(warehouse, triggers.deployment, Filters(monday + timedelta(days=60))) == ["a1"]
    assert fires(warehouse, triggers.deployment, Filters(monday + timedelta(days=61))) == []


def test_deployment_needs_five_customers_to_compare_with(warehouse_of):
    tables = with_peers(used(1))
    few = tables | {"usage_weekly": tables["usage_weekly"][2:]}
    warehouse = warehouse_of(**few)
    assert fires(warehouse, triggers.deployment) == []
    assert judged(warehouse, "Deployment") == {
        "no licence use recorded": 2,
        "too few customers to compare with": 4,
    }

    warehouse = warehouse_of(**few, policy=Policy(risks=RiskPolicy(minimum_peers=4)))
    assert fires(warehouse, triggers.deployment) == ["a1"]


def test_the_median_is_the_companys_whatever_the_filters_and_whoever_looks(warehouse_of):
    tables = with_peers(used(59))
    tables["accounts"] = [
        *(account(each, csm_id="m2", region="APAC") for each in PEERS),
        account("a1"),
        account("gone"),
    ]
    tables["usage_weekly"] += [used(1, account_id="gone")]
    warehouse = warehouse_of(**tables)

    assert fires(warehouse, triggers.deployment, Filters(AS_OF, regions=("EMEA",))) == ["a1"]
    own = Scope(member_ids=("m1",))
    assert triggers.deployment(warehouse, own, TODAY)["threshold"].to_list() == [pytest.approx(0.6)]
    assert triggers.deployment(warehouse, Scope(member_ids=("m2",)), TODAY).is_empty()


# ------------------------------------------------------------------ Engagement


@pytest.mark.parametrize(
    ("last_on", "months"), [(date(2026, 8, 1), None), (date(2026, 7, 31), 3), (date(2026, 7, 1), 3)]
)
def test_engagement_fires_three_months_after_the_last_executive(warehouse_of, last_on, months):
    warehouse = warehouse_of(
        **company("a1"),
        timeline_entries=[
            touched(last_on),
            touched(AS_OF, executive=False),
            touched(AS_OF + timedelta(days=1)),
        ],
    )

    found = triggers.engagement(warehouse, EVERYTHING, TODAY)

    assert cells(found, "observed", "threshold", "observed_on", "since_on", "what") == (
        [(3.0, 3.0, last_on, last_on, "no executive took part for 3 months")] if months else []
    )
    assert judged(warehouse, "Engagement") == {None: 1}


@pytest.mark.parametrize(
    ("last_on", "as_of", "late"),
    [
        (date(2025, 11, 30), date(2026, 2, 27), False),
        (date(2025, 11, 30), date(2026, 2, 28), True),
        (date(2025, 12, 15), date(2026, 3, 14), False),
        (date(2025, 12, 15), date(2026, 3, 15), True),
        (date(2025, 12, 31), date(2026, 3, 31), True),
    ],
)
def test_a_month_is_over_on_the_same_day_or_the_last_one(warehouse_of, last_on, as_of, late):
    warehouse = warehouse_of(**company("a1"), timeline_entries=[touched(last_on)])

    assert fires(warehouse, triggers.engagement, Filters(as_of)) == (["a1"] if late else [])


def test_engagement_counts_from_the_first_day_and_is_not_late_in_the_first_months(warehouse_of):
    young, grown = date(2026, 8, 1), date(2026, 7, 31)
    tables = company("young", "grown", "met")
    tables["accounts"] = [
        account("young", customer_since=young),
        account("grown", customer_since=grown),
        account("met", customer_since=young),
    ]
    warehouse = warehouse_of(
        **tables,
        timeline_entries=[
            touched(young, account_id="met"),
            touched(young, executive=False, account_id="grown"),
            touched(young, executive=None, account_id="grown"),
        ],
    )

    found = triggers.engagement(warehouse, EVERYTHING, TODAY)

    assert cells(found, "account_id", "observed_on", "since_on", "what") == [
        ("grown", None, grown, "no executive took part since the first day")
    ]
    assert judged(warehouse, "Engagement") == {None: 2, "a customer for too short a time": 1}


def test_engagement_judges_nobody_where_nobody_notes_who_took_part(warehouse_of):
    warehouse = warehouse_of(**company("a1"), timeline_entries=[touched(AS_OF, executive=None)])

    assert fires(warehouse, triggers.engagement) == []
    assert judged(warehouse, "Engagement") == {"nobody notes who took part": 1}
    with pytest.raises(MissingTableError, match="timeline_entries"):
        triggers.engagement(warehouse_of(**company("a1")), EVERYTHING, TODAY)


# ------------------------------------------------------------------ Adoption


@pytest.mark.parametrize(("users", "expected"), [(76, []), (75, ["a1"]), (74, ["a1"])])
def test_adoption_fires_where_a_quarter_of_the_users_is_gone(warehouse_of, users, expected):
    warehouse = warehouse_of(
        **company("a1"), usage_weekly=[used(100, EARLIER), used(users), used(1, AS_OF)]
    )

    assert fires(warehouse, triggers.adoption) == expected
    assert judged(warehouse, "Adoption") == {None: 1}


def test_adoption_says_what_it_found_and_since_when(warehouse_of):
    weeks = {0: 70, 1: 60, 2: 75, 3: 76, 4: 10}
    warehouse = warehouse_of(
        **company("a1"),
        usage_weekly=[
            *(used(users, WEEK - timedelta(weeks=back)) for back, users in weeks.items()),
            *(used(100, EARLIER - timedelta(weeks=back)) for back in (0, 2, 3, 4)),
        ],
    )

    found = triggers.adoption(warehouse, EVERYTHING, TODAY)

    # The week before has nothing to compare with and does not end the row.
    assert cells(found, "what", "observed", "threshold", "observed_on", "since_on") == [
        ("70 active users, 100 before", 70.0, 75.0, WEEK, WEEK - timedelta(weeks=2))
    ]


@pytest.mark.parametrize(
    ("rows", "since", "why"),
    [
        ([], SINCE, "no use recorded"),
        ([used(None), used(9, AS_OF)], SINCE, "no use recorded"),
        ([used(9, date(2026, 8, 31))], SINCE, "the latest is stale"),
        ([used(9)], EARLIER + timedelta(days=1), "a customer for too short a time"),
        ([used(9)], EARLIER, "no use recorded to compare with"),
        ([used(9), used(None, EARLIER)], SINCE, "no use recorded to compare with"),
        ([used(0), used(0, EARLIER)], SINCE, "nobody used it to compare with"),
    ],
)
def test_adoption_judges_nobody_without_two_weeks_to_compare(warehouse_of, rows, since, why):
    tables = company("a1", customer_since=since)
    warehouse = warehouse_of(**tables, usage_weekly=rows, loaded=["usage_weekly"])

    assert fires(warehouse, triggers.adoption) == []
    assert judged(warehouse, "Adoption") == {why: 1}


# ------------------------------------------------------------------ ROI


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["at_risk", "missed", None, "paused"], ["a1"]),
        (["at_risk", "on_track"], []),
        (["missed", "attained"], []),
        (["On track"], []),
        (["on-track "], []),
    ],
)
def test_roi_fires_where_no_objective_is_on_track_or_attained(warehouse_of, statuses, expected):
    warehouse = warehouse_of(
        **company("a1"), objectives=[objective(each, n) for n, each in enumerate(statuses)]
    )

    assert fires(warehouse, triggers.roi) == expected
    assert judged(warehouse, "ROI") == {None: 1}


def test_roi_says_what_it_found_and_names_those_without_an_objective_apart(warehouse_of):
    warehouse = warehouse_of(
        **company("a1", "a2"),
        objectives=[
            objective("missed", last_validated_on=date(2026, 10, 1)),
            objective("at_risk", last_validated_on=date(2026, 11, 1)),
        ],
    )

    found = triggers.roi(warehouse, EVERYTHING, TODAY)

    assert cells(found, "what", "observed", "threshold", "observed_on", "since_on") == [
        ("0 of 2 objectives going well", 0.0, 1.0, date(2026, 10, 1), None)
    ]
    assert judged(warehouse, "ROI") == {None: 1, "no objective named": 1}


def test_what_goes_well_is_a_setting(warehouse_of):
    policy = Policy(risks=RiskPolicy(objectives_well=("Green", "attained")))
    warehouse = warehouse_of(
        **company("a1", "a2"),
        objectives=[objective("on_track"), objective("green", account_id="a2")],
        policy=policy,
    )

    assert fires(warehouse, triggers.roi) == ["a1"]


# ------------------------------------------------------------------ Overall


@pytest.mark.parametrize(
    ("score", "by_default", "detractors"),
    [(9, [], []), (8, ["a1"], []), (7, ["a1"], []), (6, ["a1"], ["a1"])],
)
def test_overall_fires_on_detractors_and_passives(warehouse_of, score, by_default, detractors):
    rows = [answer(10, responded_on=date(2026, 9, 1)), answer(score), answer(0, survey="csat")]
    warehouse = warehouse_of(**company("a1"), survey_responses=rows)
    assert fires(warehouse, triggers.overall) == by_default

    stricter = Policy(risks=RiskPolicy(nps_answer="detractor"))
    warehouse = warehouse_of(**company("a1"), survey_responses=rows, policy=stricter)
    assert fires(warehouse, triggers.overall) == detractors


def test_overall_takes_the_latest_day_and_the_lowest_answer_of_it(warehouse_of):
    warehouse = warehouse_of(
        **company("a1"),
        survey_responses=[
            answer(3, responded_on=date(2026, 6, 1)),
            answer(9, responded_on=date(2026, 7, 1)),
            answer(7, responded_on=date(2026, 8, 1)),
            answer(10, responded_on=date(2026, 10, 1)),
            answer(6, responded_on=date(2026, 10, 1)),
            answer(None, responded_on=date(2026, 10, 2)),
            answer(10, responded_on=None),
            answer(10, responded_on=AS_OF + timedelta(days=1)),
        ],
    )

    found = triggers.overall(warehouse, EVERYTHING, TODAY)

    assert cells(found, "what", "observed", "threshold", "observed_on", "since_on") == [
        ("answered 6, a detractor", 6.0, 9.0, date(2026, 10, 1), date(2026, 8, 1))
    ]
    assert fires(warehouse, triggers.overall, Filters(AS_OF + timedelta(days=1))) == []


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no NPS answer"),
        ([answer(None)], "no NPS answer"),
        ([answer(0, responded_on=None)], "no NPS answer"),
        ([answer(0, responded_on=AS_OF - timedelta(days=366))], "the latest is stale"),
        ([answer(0, responded_on=AS_OF - timedelta(days=365))], None),
    ],
)
def test_overall_judges_nobody_without_an_answer_of_the_year(warehouse_of, rows, why):
    warehouse = warehouse_of(**company("a1"), survey_responses=rows, loaded=["survey_responses"])

    assert fires(warehouse, triggers.overall) == ([] if why else ["a1"])
    assert judged(warehouse, "Overall") == {why: 1}


# ------------------------------------------------------------------ Support


def weeks_open(*counts):
    """Cases so that so many are open at the ends of the twelve weeks, the latest first."""
    return [
        case(AS_OF - timedelta(days=7 * week), AS_OF - timedelta(days=7 * week - 1), number)
        for week, count in enumerate(counts, 1)
        for number in range(count)
    ]


@pytest.mark.parametrize(("now", "expected"), [(2, []), (3, ["a1"]), (4, ["a1"])])
def test_support_fires_above_two_standard_deviations(warehouse_of, now, expected):
    # Six weeks of none and six of two: mean 1, standard deviation of the sample 1.0445.
    before = weeks_open(*([2, 0] * 6))
    more = [case(AS_OF, None, number) for number in range(now + 1)]
    warehouse = warehouse_of(**company("a1"), support_cases=[*before, *more[:now]])

    # Threshold 3.0889: 3 stays silent, 4 fires.
    assert fires(warehouse, triggers.support) == (["a1"] if now > 3 else [])
    looser = Policy(risks=RiskPolicy(cases_deviations=1.9))
    warehouse = warehouse_of(**company("a1"), support_cases=[*before, *more[:now]], policy=looser)
    assert fires(warehouse, triggers.support) == expected
    assert judged(warehouse, "Support") == {None: 1}


def test_support_says_what_it_found(warehouse_of):
    warehouse = warehouse_of(
        **company("a1", "quiet"),
        support_cases=[
            *weeks_open(*([2, 0] * 6)),
            *(case(AS_OF - timedelta(days=1), None, number) for number in range(4)),
            case(AS_OF - timedelta(days=1), AS_OF),
            case(AS_OF + timedelta(days=1)),
        ],
    )

    found = triggers.support(warehouse, EVERYTHING, TODAY)

    assert cells(found, "account_id", "what", "observed", "threshold", "observed_on") == [
        ("a1", "4 open cases", 4.0, pytest.approx(1 + 2 * (12 / 11) ** 0.5), AS_OF)
    ]
    assert judged(warehouse, "Support") == {None: 2}


def test_support_stays_silent_at_the_threshold_itself(warehouse_of):
    long_ago = AS_OF - timedelta(days=200)
    tables = company("as ever", "one more")
    warehouse = warehouse_of(
        **tables,
        support_cases=[
            case(long_ago, account_id="as ever"),
            case(long_ago, account_id="one more"),
            case(AS_OF, account_id="one more"),
        ],
    )

    assert fires(warehouse, triggers.support) == ["one more"]


def test_support_may_ask_for_more_than_one_open_case(warehouse_of):
    rows = [case(AS_OF), case(AS_OF, account_id="a2"), case(AS_OF, number=2, account_id="a2")]
    warehouse = warehouse_of(**company("a1", "a2"), support_cases=rows)
    assert fires(warehouse, triggers.support) == ["a1", "a2"]

    policy = Policy(risks=RiskPolicy(cases_at_least=2))
    warehouse = warehouse_of(**company("a1", "a2"), support_cases=rows, policy=policy)
    assert fires(warehouse, triggers.support) == ["a2"]


def test_support_judges_nobody_in_the_first_ninety_days_and_without_any_case(warehouse_of):
    first = AS_OF - timedelta(days=90)
    tables = company("young", "grown")
    tables["accounts"] = [
        account("young", customer_since=first + timedelta(days=1)),
        account("grown", customer_since=first),
    ]
    rows = [case(AS_OF, account_id="young"), case(AS_OF, account_id="grown")]
    warehouse = warehouse_of(**tables, support_cases=rows)
    assert fires(warehouse, triggers.support) == ["grown"]
    assert judged(warehouse, "Support") == {None: 1, "a customer for too short a time": 1}

    warehouse = warehouse_of(**company("a1"), support_cases=[case(AS_OF + timedelta(days=1))])
    assert fires(warehouse, triggers.support) == []
    assert judged(warehouse, "Support") == {"no support case recorded": 1}


# ------------------------------------------------------------------ Sentiment


@pytest.mark.parametrize(("score", "expected"), [(39.9, ["a1"]), (40.0, []), (40.1, [])])
def test_sentiment_fires_below_the_health_policys_red(warehouse_of, score, expected):
    warehouse = warehouse_of(
        **company("a1"), health_scores=measured(date(2026, 10, 19), sentiment=score)
    )

    assert fires(warehouse, triggers.sentiment) == expected
    assert judged(warehouse, "Sentiment") == {None: 1}


def test_sentiment_says_since_when_it_is_red(warehouse_of):
    days = [date(2026, 9, 28), date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19)]
    scores = [10, 40, 20, 30]
    warehouse = warehouse_of(
        **company("a1"),
        health_scores=[
            row
            for day, score in zip(days, scores, strict=True)
            for row in measured(day, sentiment=score)
        ],
    )

    found = triggers.sentiment(warehouse, EVERYTHING, TODAY)

    assert cells(found, "observed", "threshold", "observed_on", "since_on") == [
        (30.0, 40.0, days[3], days[2])
    ]


def test_sentiment_judges_nobody_without_a_fresh_score(warehouse_of):
    fresh, stale = AS_OF - timedelta(days=60), AS_OF - timedelta(days=61)
    warehouse = warehouse_of(
        **company("fresh", "stale", "none"),
        health_scores=[
            *measured(fresh, "fresh", sentiment=1),
            *measured(stale, "stale", sentiment=1),
            *measured(fresh, "none", roi=1),
        ],
    )

    assert fires(warehouse, triggers.sentiment) == ["fresh"]
    assert judged(warehouse, "Sentiment") == {
        None: 1,
        "no sentiment score": 1,
        "the latest is stale": 1,
    }


# ------------------------------------------------------------------ all of them


def test_fired_holds_what_every_trigger_fires_on(warehouse_of):
    tables = with_peers(used(59), used(100, EARLIER))
    warehouse = warehouse_of(
        **tables,
        timeline_entries=[touched(SINCE)],
        objectives=[objective("missed")],
        survey_responses=[answer(8)],
        support_cases=[case(AS_OF)],
        health_scores=measured(WEEK, sentiment=1),
    )
    single = [
        row
        for name in ("adoption", "deployment", "engagement", "overall", "roi", "support")
        for row in getattr(triggers, name)(warehouse, EVERYTHING, TODAY).rows()
    ] + triggers.sentiment(warehouse, EVERYTHING, TODAY).rows()

    fired = triggers.fired(warehouse, EVERYTHING, TODAY)

    assert sorted(fired.rows(), key=str) == sorted(single, key=str)
    assert set(fired.filter(account_id="a1")["category"]) == {
        *("Adoption", "Deployment", "Engagement", "Overall", "ROI", "Sentiment", "Support")
    }


def test_without_any_table_but_accounts_nothing_fires_and_nothing_is_fine(warehouse_of):
    warehouse = warehouse_of(**company("a1"))

    assert triggers.fired(warehouse, EVERYTHING, TODAY).is_empty()
    coverage = triggers.judged(warehouse, EVERYTHING, TODAY)
    assert coverage.rows() == [
        ("Adoption", "no use recorded", 1, Decimal(100)),
        ("Deployment", "no licence use recorded", 1, Decimal(100)),
        ("Engagement", "nobody notes who took part", 1, Decimal(100)),
        ("Overall", "no NPS answer", 1, Decimal(100)),
        ("ROI", "no objective named", 1, Decimal(100)),
        ("Sentiment", "no sentiment score", 1, Decimal(100)),
        ("Support", "no support case recorded", 1, Decimal(100)),
    ]


def test_only_customers_are_judged(warehouse_of):
    tables = company("a1", "lead")
    tables["subscriptions"] = [subscription(100), subscription(5, account_id="lead", ends_on=AS_OF)]
    warehouse = warehouse_of(**tables, survey_responses=[answer(1), answer(1, account_id="lead")])

    assert fires(warehouse, triggers.overall) == ["a1"]
    assert judged(warehouse, "Overall") == {None: 1}


def test_what_fires_and_is_not_in_the_register(warehouse_of):
    warehouse = warehouse_of(
        **company("a1", "a2"),
        survey_responses=[answer(1), answer(2, account_id="a2")],
        objectives=[objective("missed")],
        risks=[
            risk("Overall", source="manual"),
            risk("overall ", risk_id="resolved", account_id="a2", resolved_on=AS_OF),
            risk("ROI", opened_on=AS_OF + timedelta(days=1)),
        ],
    )

    found = triggers.not_registered(warehouse, EVERYTHING, TODAY)

    assert cells(found, "account_id", "category", "what", "arr") == [
        ("a1", "ROI", "0 of 1 objectives going well", Decimal(100)),
        ("a2", "Overall", "answered 2, a detractor", Decimal(100)),
    ]


def test_what_a_rule_opened_and_no_trigger_stands_behind_any_more(warehouse_of):
    warehouse = warehouse_of(
        **company("a1", "a2"),
        survey_responses=[answer(9), answer(1, account_id="a2")],
        risks=[
            risk("Overall"),
            risk("ROI", opened_on=date(2026, 10, 1)),
            risk("Legal"),
            risk("Support", source="manual"),
            risk("Sentiment", resolved_on=AS_OF),
            risk("Overall", risk_id="fires", account_id="a2"),
        ],
    )

    found = triggers.no_longer(warehouse, EVERYTHING, TODAY)

    assert cells(found, "category", "why", "age_days", "arr", "arr_counted") == [
        ("Overall", "does not fire", (AS_OF - SINCE).days, Decimal(100), Decimal(0)),
        ("ROI", "no objective named", 30, Decimal(100), Decimal(0)),
        ("unmapped: Legal", "no trigger for it", (AS_OF - SINCE).days, Decimal(100), Decimal(100)),
    ]


def test_nobody_sees_nothing(warehouse_of):
    warehouse = warehouse_of(
        **company("a1"), survey_responses=[answer(1)], risks=[risk("ROI"), risk("Legal")]
    )

    for question in (
        triggers.fired,
        triggers.judged,
        triggers.overall,
        triggers.not_registered,
        triggers.no_longer,
    ):
        assert not question(warehouse, EVERYTHING, TODAY).is_empty()
        assert question(warehouse, Scope(), TODAY).is_empty()
        assert question(warehouse, EVERYTHING, Filters(AS_OF, segments=("x",))).is_empty()

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import account as findings
from dashboard.queries import account as queries
from dashboard.queries import account_records as records

DAY = date(2026, 10, 31)
NEAR = date(2026, 1, 19)
"""Soon after the weeks of the tests."""


def rows(schema: pl.Schema, *given: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | each for each in given], schema=schema)


def weeks(*given: dict[str, object]) -> pl.DataFrame:
    start = date(2026, 1, 5)
    dated = [{"week_on": start + timedelta(weeks=n)} | each for n, each in enumerate(given)]
    return rows(queries.WEEKS, *dated)


@pytest.mark.parametrize(
    ("since", "left", "sentence"),
    [
        (date(2024, 10, 31), None, "A has been a customer for 2.0 years"),
        (date(2026, 10, 30), None, "A has been a customer for 1 day"),
        (date(2026, 11, 1), None, "A is no customer yet on 31 Oct 2026"),
        (date(2024, 1, 1), date(2026, 2, 1), "A was a customer from Jan 2024 to Feb 2026"),
    ],
)
def test_facts_say_since_when(since, left, sentence):
    row = {"account_name": "A", "customer_since": since, "churned_on": left}
    assert findings.facts(row, DAY) == sentence


@pytest.mark.parametrize(
    ("arr", "sentence"),
    [
        ([], "No ARR is known of this account"),
        ([None], "No ARR is known of this account"),
        ([5, 5], "ARR is $5, as at the start"),
        ([1000, 900, 2000], "ARR is $2.0K, +$1.0K since Jan 2026"),
    ],
)
def test_arr_says_where_it_came_from(arr, sentence):
    given = weeks(*({"arr": None if each is None else Decimal(each)} for each in arr))
    assert findings.arr_over_time(given, currency="USD") == sentence


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [
        ([], "No week of this account has a health score"),
        (["green"], "Health is green at 50 of 100, green for 1 week"),
        (["green", "green"], "Health is green at 50 of 100, green for 2 weeks"),
        (["red", "green", "red", "red"], "Health is red at 50 of 100, red for 2 weeks"),
    ],
)
def test_health_counts_the_weeks_in_its_band(bands, sentence):
    given = weeks(*({"health_band": band, "overall_score": 50.0} for band in bands))
    assert findings.health(given, date(2026, 1, 26)) == sentence


def test_use_compares_with_a_quarter_before_where_there_is_one():
    def used(*active):
        return weeks(*({"active_users": each, "licensed_seats": 10} for each in active))

    assert findings.use(used(), NEAR) == "No week of use with licensed seats is known"
    assert findings.use(used(4, 5), NEAR) == "5 of 10 seats are in use (50%)"
    assert findings.use(used(8, *[5] * 13), NEAR) == (
        "5 of 10 seats are in use (50%), -30.0 pp against 13 weeks before"
    )
    assert findings.use(weeks({"active_users": 3, "licensed_seats": 0}), NEAR).startswith("No week")


def test_features_say_how_many_of_those_that_may_be_used():
    assert findings.features(weeks(), NEAR) == "No week with features used is known"
    assert findings.features(weeks({"features_used": 3, "features_entitled": 8}), NEAR) == (
        "3 of 8 features were used in the last week"
    )
    assert findings.features(weeks({"features_used": 3}), NEAR) == (
        "3 features were used in the last week"
    )


def test_what_was_measured_long_ago_is_said_to_be_old():
    given = weeks(
        {
            "health_band": "red",
            "overall_score": 20.0,
            "active_users": 1,
            "licensed_seats": 2,
            "features_used": 3,
        }
    )
    last = "in the week of 5 Jan 2026"
    assert findings.health(given, DAY) == f"Health was last scored {last}: red at 20 of 100"
    assert findings.use(given, DAY) == f"Use was last seen {last}"
    assert findings.features(given, DAY) == f"3 features were used {last}, the last one"


def test_renewals_say_what_is_next_and_what_was():
    def due(status, day=DAY):
        return {"status": status, "due_on": day, "arr_due": Decimal(900)}

    def said(*given):
        return findings.renewals(rows(records.RENEWALS, *given), currency="USD")

    assert said() == "No renewal is known of this account"
    assert said(due("open")) == "$900 falls due on 31 Oct 2026; the first one"
    assert said(due("open", date(2027, 1, 1)), due("open"), due("renewed")) == (
        "$900 falls due on 31 Oct 2026; 1 renewed and 0 lost before"
    )
    assert said(due("churned")) == "No renewal is open: 0 renewed and 1 lost"


def test_likelihood_sets_three_voices_side_by_side():
    frame = pl.DataFrame(
        {
            "due_on": [DAY],
            "probability": [0.834],
            "csm_category": ["at_risk"],
            "renewal_likelihood": pl.Series([None], dtype=pl.String),
        }
    )
    assert findings.likelihood(frame) == (
        "The model gives the renewal of 31 Oct 2026 83%; the CSM calls at risk, "
        "the customer said nothing"
    )
    assert findings.likelihood(frame.clear()) == "No renewal of this account is forecast"


def test_opportunities_say_what_is_open_and_what_was_won():
    def sale(status, amount):
        return {"status": status, "amount": amount and Decimal(amount)}

    def said(*given):
        return findings.opportunities(rows(records.OPPORTUNITIES, *given), currency="USD")

    assert said() == "No opportunity is known of this account"
    assert said(sale("won", 5)) == "No opportunity open ($0), 1 won ($5)"
    assert said(sale("open", 7), sale("open", None), sale("lost", 9)) == (
        "2 opportunities open ($7), 0 won ($0)"
    )


def test_lines_count_what_is_live():
    def line(product, live):
        return {"product_name": product, "is_live": live, "arr": Decimal(10)}

    def said(*given):
        return findings.lines(rows(records.LINES, *given), currency="USD")

    assert said(line("A", False)) == "No contract line is live"
    assert said(line("A", True), line("A", True), line("B", False)) == (
        "2 contract lines of 1 product live: $20"
    )


def test_surveys_count_answers_and_their_kinds():
    def asked(score, answer, survey="nps"):
        return {"survey": survey, "score": score, "answer": answer}

    assert findings.surveys(rows(records.SURVEYS)) == "Nobody at this account was asked"
    given = rows(records.SURVEYS, asked(9, "promoter"), asked(None, None), asked(1, None, "csat"))
    assert findings.surveys(given) == "2 of 3 invitations answered; 1 promoter, 0 detractors"


def test_cases_say_how_long_the_oldest_waits():
    def case(closed, days, csat=None):
        at = pl.Series([DAY]).cast(pl.Datetime("us", "UTC"))[0] if closed else None
        return {"closed_at": at, "days_open": days, "csat": csat}

    def said(*given):
        return findings.cases(rows(records.SUPPORT_CASES, *given))

    assert said() == "No support case was opened"
    assert said(case(True, 3, 4), case(True, 1, 5)) == (
        "None of 2 support cases is open; rated 4.5 of 5 (2)"
    )
    assert said(case(False, 3)) == "1 of 1 support case is open, the oldest for 3 days"
    assert said(case(False, 3), case(False, 1)) == (
        "2 of 2 support cases are open, the oldest for 3 days"
    )


def test_people_and_family_say_who_is_around():
    def person(side, name, owns=False, touches=0):
        return {"side": side, "person": name, "owns_it": owns, "touches": touches}

    def said(*given):
        return findings.people(rows(queries.PEOPLE, *given))

    assert said() == "Nobody owns it; 0 colleagues touched it, 0 people asked"
    assert said(person("our team", "Ana", True), person("our team", "Ben", False, 2),
                person("customer", "p1", False, 9)) == (
        "Ana owns it; 1 colleague touched it, 1 person asked"
    )  # fmt: skip
    kin = rows(
        queries.FAMILY,
        {"relation": "parent", "account_name": "Top"},
        {"relation": "child", "account_name": "B", "arr": Decimal(5)},
    )
    assert findings.family(kin, currency="USD") == "Belongs to Top; 1 account ($5) below it"
    assert findings.family(kin.clear(), currency="USD").startswith("No parent")


def test_plan_and_risks_count_by_status():
    aims = rows(records.OBJECTIVES, {"status": "attained"}, {"status": "missed"})
    assert findings.objectives(aims) == "Of 2 objectives 1 attained, 0 on track, 0 at risk"
    assert findings.objectives(aims.clear()) == "No objective is known of this account"
    dangers = rows(
        records.RISKS,
        {"status": "open", "category": "ROI", "days_open": 5},
        {"status": "open", "category": "Support", "days_open": 9},
        {"status": "resolved", "category": "ROI", "days_open": 90},
    )
    assert findings.risks(dangers) == "2 risks open, the oldest (Support) for 9 days; 1 resolved"
    assert findings.risks(dangers.tail(1)) == "No risk is open, 1 resolved"


def test_events_say_the_last_and_the_most_frequent():
    given = rows(
        queries.TIMELINE,
        {"kind": "advocacy", "happened_on": DAY, "amount": Decimal(1500)},
        {"kind": "advocacy", "happened_on": date(2026, 1, 1)},
    )
    assert findings.advocacy(given, currency="USD") == (
        "2 acts of advocacy, the last on 31 Oct 2026, $1.5K of ARR influenced"
    )
    assert findings.advocacy(given.clear(), currency="USD").startswith("No advocacy")
    assert findings.timeline(given, 1) == "2 events of 1 kind, the last on 31 Oct 2026"
    assert findings.timeline(given.clear(), 0) == "No event matches"
    names = pl.Series("lane", ["Touches", "Risks", "Risks"])
    assert findings.lanes(names) == "Risks are the most frequent: 2 of 3 events"

"""What the demo's customers say, worked out a second time with dicts and loops."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from math import prod, sqrt

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics import csat as csat_metrics
from dashboard.metrics import loops as loop_metrics
from dashboard.metrics import personas as persona_metrics
from dashboard.metrics import responses as response_metrics
from dashboard.queries import csat, loops, personas, responses, surveys
from dashboard.themes.questions.comments import by_theme, commented
from tests.demo_numbers.test_independent import Company, month_of, within
from tests.factories import AS_OF

CASES = {
    "today": Filters(as_of=AS_OF, since=date(2025, 11, 1)),
    "an earlier day": Filters(as_of=date(2026, 2, 18)),
    "narrowed": Filters(
        as_of=AS_OF,
        since=date(2025, 10, 1),
        until=date(2026, 10, 20),
        segments=("Mid-Market", "Small Business"),
        regions=("Europe", "North America"),
    ),
}


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        cursor = connection.execute("select * from support_cases")
        names = [column[0] for column in cursor.description]
        found.tables["support_cases"] = [
            dict(zip(names, row, strict=True)) for row in cursor.fetchall()
        ]
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def nps_answers(company, filters):
    accounts = company.accounts(filters)
    for row in company.tables["survey_responses"]:
        on = row["responded_on"]
        if row["survey"] != "nps" or row["score"] is None or row["account_id"] not in accounts:
            continue
        if on <= filters.as_of and within(on, filters):
            yield row, accounts[row["account_id"]]


def net(scores: list[int]) -> int:
    return sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)


def test_response_by_month(demo, company, filters):
    accounts = company.accounts(filters)
    expected: dict[tuple, list[int]] = defaultdict(lambda: [0] * 6)
    for row in company.tables["survey_responses"]:
        sent_on = row["sent_on"]
        if row["account_id"] not in accounts or sent_on > filters.as_of:
            continue
        if not within(sent_on, filters):
            continue
        segment = accounts[row["account_id"]]["segment"]
        cell = expected[row["survey"], month_of(sent_on), segment, row["persona"]]
        answered = row["responded_on"] is not None and row["responded_on"] <= filters.as_of
        settled = sent_on <= filters.as_of - timedelta(days=30)
        cell[0] += 1
        cell[1] += answered
        cell[2] += settled and not answered
        cell[3] += not settled and not answered
        cell[4] += settled
        cell[5] += settled and answered

    answer = responses.by_month(demo, EVERYTHING, filters)

    assert {row[:4]: list(row[4:]) for row in answer.iter_rows()} == expected
    settled = sum(cell[4] for cell in expected.values())
    assert response_metrics.response_rate(answer) == pytest.approx(
        sum(cell[5] for cell in expected.values()) / settled
    )
    assert settled > 100


def test_closing_the_loop(demo, company, filters):
    spans, customers = [], {}
    for row, account in nps_answers(company, filters):
        if row["score"] > 6:
            continue
        closed_on = row["followed_up_on"]
        closed = closed_on is not None and closed_on <= filters.as_of
        days = ((closed_on if closed else filters.as_of) - row["responded_on"]).days
        spans.append((days, closed))
        if not closed:
            customers[account["account_id"]] = company.arr(account, filters.as_of)
    longest = max(days for days, _ in spans)

    def closed_by(day: int) -> float:
        return 1 - prod(
            1
            - sum(days == each and closed for days, closed in spans)
            / sum(days >= each for days, _ in spans)
            for each in range(day + 1)
        )

    answer = loops.by_days(demo, EVERYTHING, filters)

    assert answer["loops"].sum() == len(spans)
    assert loop_metrics.open_loops(answer) == sum(not closed for _, closed in spans)
    assert loop_metrics.overdue(answer) == sum(days > 7 and not closed for days, closed in spans)
    assert loop_metrics.median_days(answer) == next(
        (day for day in range(longest + 1) if closed_by(day) >= 0.5), None
    )
    assert loop_metrics.closed_in_time(answer) == pytest.approx(closed_by(7))
    unclosed = loops.unclosed(demo, EVERYTHING, filters)
    assert loop_metrics.arr_behind(unclosed) == sum(customers.values(), Decimal(0))
    assert len(unclosed) == sum(not closed for _, closed in spans)


def test_satisfaction(demo, company, filters):
    accounts = company.accounts(filters)
    ratings: dict[tuple, list[int]] = defaultdict(list)
    for row in company.tables["survey_responses"]:
        on = row["responded_on"]
        if row["survey"] != "csat" or row["score"] is None or row["account_id"] not in accounts:
            continue
        if on <= filters.as_of and within(on, filters):
            ratings["survey", month_of(on), None].append(row["score"])
    for row in company.tables["support_cases"]:
        if row["csat"] is not None and row["account_id"] in accounts:
            on = row["closed_at"].date()
            if on <= filters.as_of and within(on, filters):
                ratings["support case", month_of(on), row["priority"]].append(row["csat"])

    answer = csat.by_month(demo, EVERYTHING, filters)

    assert {row[:3]: row[3:] for row in answer.iter_rows()} == {
        key: (
            len(each),
            sum(score >= 4 for score in each),
            sum(each),
            sum(score**2 for score in each),
            0,
        )
        for key, each in ratings.items()
    }
    means = csat_metrics.levels(answer, "mean", "source")
    for row in means.iter_rows(named=True):
        scores = [
            score for key, each in ratings.items() if key[0] == row["source"] for score in each
        ]
        mean = sum(scores) / len(scores)
        deviation = sqrt(sum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
        assert row["value"] == pytest.approx(mean)
        assert row["high"] - mean == pytest.approx(1.959963985 * deviation / sqrt(len(scores)))


def test_personas_that_part_ways(demo, company, filters):
    values: dict[tuple, list[int]] = defaultdict(list)
    scores: dict[tuple, list[int]] = defaultdict(list)
    customers = {account["account_id"]: arr for account, arr in company.customers(filters)}
    for row, account in nps_answers(company, filters):
        score = row["score"]
        kind = 1 if score >= 9 else -1 if score <= 6 else 0
        values[account["segment"], row["persona"]].append(kind)
        scores[account["account_id"], row["persona"]].append(score)

    found = persona_metrics.differences(
        surveys.nps_by_segment_and_persona(demo, EVERYTHING, filters)
    )
    assert not found.is_empty()
    for row in found.iter_rows(named=True):
        sides = [values[row["segment"], row[side]] for side in ("one", "other")]
        means = [sum(each) / len(each) for each in sides]
        variances = [
            sum((value - mean) ** 2 for value in each) / len(each) ** 2
            for each, mean in zip(sides, means, strict=True)
        ]
        assert row["value"] == pytest.approx(100 * (means[0] - means[1]))
        if row["low"] is not None:
            half = 100 * 1.959963985 * sqrt(sum(variances))
            assert row["value"] - row["low"] == pytest.approx(half)

    both = [
        account_id
        for account_id in customers
        if scores.get((account_id, "decision_maker")) and scores.get((account_id, "end_user"))
    ]
    expected = {
        account_id: customers[account_id]
        for account_id in both
        if net(scores[account_id, "decision_maker"]) * net(scores[account_id, "end_user"]) < 0
    }
    rows = personas.disagreements(demo, EVERYTHING, filters)
    assert dict(rows.select("account_id", "arr").iter_rows()) == expected
    assert set(rows["compared"]) == {len(both)}
    assert rows["arr"].to_list() == sorted(expected.values(), reverse=True)


def test_nps_by_csm(demo, company, filters):
    given: dict[str | None, list[tuple]] = defaultdict(list)
    for row, account in nps_answers(company, filters):
        given[account["csm_id"]].append((row["respondent_id"], row["score"]))

    answer = personas.by_csm(demo, EVERYTHING, filters)

    assert set(answer["csm_id"]) == set(given)
    for row in answer.iter_rows(named=True):
        rows = given[row["csm_id"]]
        people = len({person for person, _ in rows})
        assert (row["responses"], row["respondents"]) == (len(rows), people)
        if people < 5:
            assert row["nps"] is None
        else:
            assert row["nps"] == pytest.approx(100 * net([each for _, each in rows]) / len(rows))


def test_themes_hold_every_comment_once(demo, company, filters):
    comments = {
        row["response_id"]: (row, account)
        for row, account in nps_answers(company, filters)
        if row["comment"] and row["comment"].strip()
    }
    rows = commented(demo, EVERYTHING, filters)
    assert set(rows["response_id"]) == comments.keys()
    assert len(rows) == len(comments)
    by_text: dict[str, set] = defaultdict(set)
    members: dict[int | None, list[str]] = defaultdict(list)
    for response_id, theme, words, text in rows.select(
        "response_id", "theme", "words", "comment"
    ).iter_rows():
        by_text[text].add(theme)
        members[theme].append(response_id)
        if theme:
            assert any(word in text.lower() for word in words.split(", "))
    assert all(len(found) == 1 for found in by_text.values()), "one text, two themes"

    for row in by_theme(demo, EVERYTHING, filters).iter_rows(named=True):
        inside = [comments[each] for each in members[row["theme"]]]
        scores = [each["score"] for each, _ in inside]
        accounts = {account["account_id"]: account for _, account in inside}
        assert row["comments"] == len(scores)
        assert row["nps"] == pytest.approx(100 * net(scores) / len(scores))
        assert row["accounts"] == len(accounts)
        assert row["arr"] == sum(
            (company.arr(each, filters.as_of) for each in accounts.values()), Decimal(0)
        )

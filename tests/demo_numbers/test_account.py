"""Every account of the demo in plain Python over its tables: facts, ARR, health and timeline."""

import shutil
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.metrics import account as metrics
from dashboard.queries import account as queries
from dashboard.queries import account_records as records
from tests.factories import AS_OF

DAYS = (AS_OF, date(2026, 3, 3))
WEIGHTS = {
    "outcomes": ("deployment", "engagement", "adoption", "roi"),
    "experience": ("nps", "support", "sentiment"),
}


@pytest.fixture(scope="module")
def tables(demo_file, tmp_path_factory):
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("account") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:

        def rows(table):
            found = connection.execute(f"select * from {table}")
            names = [each[0] for each in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        wanted = (
            "accounts", "subscriptions", "renewals", "usage_weekly", "survey_responses", "risks",
            "fx_rates", "health_scores", "support_cases", "timeline_entries", "advocacy_events",
            "digital_touches", "usage_events", "objectives", "opportunities", "churn_events",
        )  # fmt: skip
        found = {}
        for table in wanted:
            by_account = defaultdict(list)
            for row in rows(table):
                by_account[row.get("account_id", "")].append(row)
            found[table] = by_account
        return found


def in_dollars(tables, amount, currency, day):
    if currency in {None, "USD"}:
        return Decimal(amount)
    rates = [row for row in tables["fx_rates"][""] if row["currency"] == currency]
    last = max((row for row in rates if row["valid_on"] <= day), key=lambda row: row["valid_on"])
    exact = Decimal(amount) * last["rate_to_reporting"]
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def lines_on(tables, account_id, day):
    return [
        line
        for line in tables["subscriptions"][account_id]
        if line["starts_on"] <= day and (line["ends_on"] is None or line["ends_on"] > day)
    ]


def arr_of(tables, account, day):
    """Sum by currency, then the rate: an account's lines are billed together."""
    sums = defaultdict(Decimal)
    for line in lines_on(tables, account["account_id"], day):
        sums[line["currency"] or account["currency"]] += line["arr"]
    return sum((in_dollars(tables, each, name, day) for name, each in sums.items()), Decimal(0))


def score_of(tables, account_id, day):
    latest = {}
    for row in tables["health_scores"][account_id]:
        if row["measured_on"] <= day and 0 <= row["score"] <= 100:
            held = latest.get(row["measure"])
            if held is None or held["measured_on"] < row["measured_on"]:
                latest[row["measure"]] = row
    fresh = {
        name: row["score"]
        for name, row in latest.items()
        if row["measured_on"] >= day - timedelta(days=60)
    }
    means, covered = [], 0.0
    for names in WEIGHTS.values():
        known = [fresh[name] for name in names if name in fresh]
        covered += 0.5 * len(known) / len(names)
        if known:
            means.append(sum(known) / len(known))
    return sum(means) / len(means) if covered >= 0.5 else None


def open_renewals(tables, account_id, day):
    return [
        row
        for row in tables["renewals"][account_id]
        if row["status"] == "open" or (row["closed_on"] and row["closed_on"] > day)
    ]


@pytest.mark.parametrize("day", DAYS)
def test_the_numbers_on_the_cards_are_those_of_the_tables(demo, tables, day):
    compared = Counter()
    for (account,) in list(tables["accounts"].values())[::11]:
        account_id = account["account_id"]
        facts = queries.facts(demo, EVERYTHING, Filters(day), account_id=account_id)

        assert metrics.arr(facts) == arr_of(tables, account, day)
        score = score_of(tables, account_id, day) if account["customer_since"] <= day else None
        assert metrics.score(facts) == (score and pytest.approx(score, abs=1e-6))
        waiting = open_renewals(tables, account_id, day)
        due = min(waiting, key=lambda row: row["due_on"], default=None)
        expected = due and in_dollars(
            tables, due["arr_due"], due["currency"] or account["currency"], day
        )
        assert metrics.arr_due(facts) == expected
        weeks = [
            row
            for row in tables["usage_weekly"][account_id]
            if day - timedelta(days=60) <= row["week_on"] + timedelta(days=6) <= day
        ]
        used = max(weeks, key=lambda row: row["week_on"], default=None)
        share = used["active_users"] / used["licensed_seats"] if used else None
        assert metrics.seats_used(facts) == (share and pytest.approx(share))
        answers = [
            row
            for row in tables["survey_responses"][account_id]
            if row["survey"] == "nps"
            and row["score"] is not None
            and row["responded_on"]
            and row["responded_on"] <= day
        ]
        answers.sort(key=lambda row: row["response_id"])
        last = max(answers, key=lambda row: row["responded_on"], default=None)
        assert metrics.last_answer(facts) == (last and last["score"])
        risks = [
            row
            for row in tables["risks"][account_id]
            if row["opened_on"] <= day and not (row["resolved_on"] and row["resolved_on"] <= day)
        ]
        assert metrics.open_risks(facts) == len(risks)
        compared += Counter(
            arr=expected is not None, score=score is not None, risks=len(risks), last=bool(last)
        )
    assert all(compared[each] > 3 for each in ("arr", "score", "risks", "last")), "of nothing"


@pytest.mark.parametrize("day", DAYS)
def test_the_history_of_arr_ends_at_todays_and_each_step_is_the_next(demo, tables, day):
    for (account,) in list(tables["accounts"].values())[::11]:
        account_id = account["account_id"]
        rows = records.arr_history(demo, EVERYTHING, Filters(day), account_id=account_id)
        lines = tables["subscriptions"][account_id]
        days = {line["starts_on"] for line in lines} | {line["ends_on"] for line in lines}
        moved = {
            each
            for each in days
            if each and each <= day
            and sum(line["arr"] for line in lines_on(tables, account_id, each))
            != sum(line["arr"] for line in lines_on(tables, account_id, each - timedelta(days=1)))
        }  # fmt: skip
        assert set(rows["changed_on"]) == moved
        before = Decimal(0)
        for arr, change in rows.select("arr", "change").iter_rows():
            assert arr - change == before
            before = arr
        # Steps are rounded one by one, today's ARR once.
        assert abs(before - arr_of(tables, account, day)) <= Decimal("0.02") * max(len(rows), 1)


@pytest.mark.parametrize("day", DAYS)
def test_the_timeline_has_every_event_of_the_tables_once(demo, tables, day):
    def on(rows, *columns):
        return [
            moment
            for row in rows
            for column in columns
            if (moment := row[column] and _day(row[column])) and moment <= day
        ]

    seen = Counter()
    for (account,) in list(tables["accounts"].values())[::11]:
        own = {name: rows[account["account_id"]] for name, rows in tables.items()}
        sent = [row for row in own["digital_touches"] if row["arm"] != "control"]
        answered = [row for row in own["survey_responses"] if row["score"] is not None]
        closed = [row for row in own["renewals"] if row["status"] != "open"]
        expected = {
            "touch": on(own["timeline_entries"], "happened_at"),
            "support": on(own["support_cases"], "opened_at", "closed_at"),
            "survey": on(answered, "responded_on"),
            "renewal": on(closed, "closed_on") + on(own["churn_events"], "churned_on"),
            "opportunity": on(own["opportunities"], "created_on", "closed_on"),
            "risk": on(own["risks"], "opened_on", "escalated_on", "resolved_on"),
            "objective": on(own["objectives"], "last_validated_on"),
            "advocacy": on(own["advocacy_events"], "happened_on"),
            "milestone": on(own["usage_events"], "first_done_on"),
            "message": on(sent, "sent_at", "acted_at"),
        }
        rows = queries.timeline(demo, EVERYTHING, Filters(day), account_id=account["account_id"])
        for kind, days in expected.items():
            found = sorted(rows.filter(kind=kind)["happened_on"])
            assert found == sorted(days), (account["account_id"], kind)
            seen[kind] += len(days)
        assert rows["happened_on"].is_sorted(descending=True)
    assert all(seen[kind] for kind in expected), seen


def _day(value):
    return value.date() if hasattr(value, "date") else value

"""The overview of the demo, worked out a second time from the contract's tables."""

import shutil
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import overview
from tests.demo_numbers.test_independent import STAGE_WEIGHTS, Company, cents, monday_of
from tests.factories import AS_OF, Row

DAY = timedelta(days=1)
CASES = {
    "today": (Filters(AS_OF), date(2026, 10, 1)),
    "an earlier day": (Filters(date(2026, 2, 18)), date(2025, 11, 3)),
    "narrowed": (
        Filters(AS_OF, segments=("Enterprise", "Small Business"), regions=("Europe",)),
        date(2026, 8, 20),
    ),
    "the end of a quarter, narrowed": (
        Filters(date(2026, 7, 1), segments=("Mid-Market",)),
        date(2026, 4, 1),
    ),
}
RANKS = ["omitted", "at_risk", "pipeline", "best_case", "commit"]


class Book(Company):
    """The demo company, and what its accounts pay as far as it is booked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        for table in ("arr_movements", "forecast_calls", "risks"):
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.booked = self.by_account("arr_movements")
        self.band = cache(self.band)
        self.weeks: dict[date, date] = {}
        for day in sorted(self.days_measured):
            self.weeks[monday_of(day)] = day

    def known(self, account_id: str, on: date, as_of: date) -> Decimal:
        """What an account pays on a day in its currency, less what is booked after the as-of."""
        pays = sum(
            (
                row["arr"]
                for row in self.subscriptions[account_id]
                if row["starts_on"] <= on and (row["ends_on"] is None or on < row["ends_on"])
            ),
            Decimal(0),
        )
        later = sum(
            (
                row["amount"]
                for row in self.booked[account_id]
                if row["effective_on"] <= on and row["recorded_at"].date() > as_of
            ),
            Decimal(0),
        )
        return pays - later

    def opportunities(self, accounts: dict[str, Row], filters: Filters) -> list[Row]:
        return [
            row
            for row in self.tables["opportunities"]
            if row["account_id"] in accounts
            or (row["account_id"] is None and not filters.segments and not filters.regions)
        ]

    def as_it_was(self, row: Row, on: date) -> Row | None:
        """An opportunity on a day, with later changes undone; none where it was not open."""
        if row["created_on"] and row["created_on"] > on:
            return None
        if row["closed_on"] is None and row["won"] is not None:
            return None
        if row["closed_on"] and row["closed_on"] <= on:
            return None
        closed = row["closed_on"] is not None
        then = row | ({"probability": None, "stage": None} if closed else {})
        undone = set()
        history = [
            each
            for each in self.tables["opportunity_history"]
            if each["opportunity_id"] == row["opportunity_id"] and each["changed_at"].date() > on
        ]
        for each in sorted(history, key=lambda each: each["changed_at"]):
            if each["field"] in {"stage", "amount"} and each["field"] not in undone:
                undone.add(each["field"])
                old = each["old_value"]
                then[each["field"]] = (
                    Decimal(old) if each["field"] == "amount" and old is not None else old
                )
        return then


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Book:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Book(connection)


@pytest.fixture(params=CASES)
def case(request) -> tuple[Filters, date]:
    return CASES[request.param]


def days_of(as_of: date) -> list[date]:
    """The as-of date and the first days of fourteen months before it."""
    days, month = [as_of], as_of.replace(day=1)
    if month == as_of:
        month = (month - DAY).replace(day=1)
    while len(days) < 15:
        days.append(month)
        month = (month - DAY).replace(day=1)
    return days[::-1]


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def test_the_book_day_by_day(demo, company, case):
    filters, _ = case
    as_of = filters.as_of
    accounts = company.accounts(filters)
    opportunities = company.opportunities(accounts, filters)
    expected = []
    for day in days_of(as_of):
        found: dict[str, object] = {"on_day": day, "arr": Decimal(0), "customers": 0}
        bands: dict[str | None, Decimal] = defaultdict(Decimal)
        for account_id, account in accounts.items():
            pays = company.known(account_id, day, as_of)
            found["arr"] += cents(pays * company.rate(account["currency"] or "USD", as_of))
            found["customers"] += pays > 0
            contracted = company.known(account_id, day, date.max)
            if contracted > 0:
                arr = cents(contracted * company.rate(account["currency"] or "USD", as_of))
                bands[company.band(account_id, day)] += arr
        for band in ("green", "amber", "red"):
            found[f"{band}_arr"] = bands[band]
        found["scored_arr"] = bands["green"] + bands["amber"] + bands["red"]
        answers = [
            row["score"]
            for row in company.tables["survey_responses"]
            if row["account_id"] in accounts
            and row["survey"] == "nps"
            and row["score"] is not None
            and row["responded_on"]
            and year_before(day + DAY) <= row["responded_on"] <= day
        ]
        found["responses"] = len(answers)
        found["promoters"] = sum(score >= 9 for score in answers)
        found["passives"] = sum(score in {7, 8} for score in answers)
        found["detractors"] = sum(score <= 6 for score in answers)
        red = [
            company.dollars(row["arr_due"], row, accounts[row["account_id"]], as_of)
            for row in company.tables["renewals"]
            if row["account_id"] in accounts
            and quarter_of(row["due_on"]) == quarter_of(day)
            and (row["status"] == "open" or (row["closed_on"] and row["closed_on"] > day))
            and company.band(row["account_id"], day) == "red"
        ]
        found["renewals_at_risk"], found["arr_at_risk"] = len(red), sum(red, Decimal(0))
        number, amount, weighted = 0, Decimal(0), Decimal(0)
        for row in opportunities:
            then = company.as_it_was(row, day)
            if then is None:
                continue
            number += 1
            if then["amount"] is None:
                continue
            value = company.dollars(then["amount"], then, accounts.get(then["account_id"]), as_of)
            weight = then["probability"]
            if weight is None:
                weight = STAGE_WEIGHTS.get(then["stage"], Decimal(0))
            amount += value
            weighted += cents(value * Decimal(str(weight)))
        found |= {"opportunities": number, "amount": amount, "weighted_amount": weighted}
        expected.append(tuple(found.values()))

    answer = overview.by_day(demo, EVERYTHING, filters)

    names = [name for name in answer.columns if not name.endswith("_target")]
    assert answer.select(names).rows() == expected
    assert all(row[1] for row in expected), "a comparison of nothing"
    assert any(row[12] for row in expected)


def test_what_changed(demo, company, case):
    filters, compared_on = case
    accounts = company.accounts(filters)
    expected = [
        *movements(company, accounts, compared_on, filters.as_of),
        *closed_renewals(company, accounts, compared_on, filters.as_of),
        *crossings(company, accounts, compared_on, filters.as_of),
        *called_anew(company, accounts, compared_on, filters.as_of),
        *forecast_anew(company, accounts, compared_on, filters),
        *risks(company, accounts, compared_on, filters.as_of),
        *detractors(company, accounts, compared_on, filters.as_of),
    ]

    answer = overview.changes(demo, EVERYTHING, filters, compared_on=compared_on)

    names = ["kind", "account_id", "changed_on", "arr", "before", "after", "detail", "source_id"]
    assert sorted(answer.select(names).rows(), key=repr) == sorted(expected, key=repr)
    kinds = {row[0] for row in expected}
    assert kinds >= {"expansion", "renewed", "became red", "risk opened", "detractor"}
    assert filters.segments or kinds >= {"new", "churn", "renewal lost", "opportunity forecast"}


def movements(company: Book, accounts: dict[str, Row], compared_on: date, as_of: date) -> list:
    found = []
    for account_id, account in accounts.items():
        rate = company.rate(account["currency"] or "USD", as_of)
        rows = company.subscriptions[account_id]
        days = {row["starts_on"] for row in rows} | {row["ends_on"] for row in rows}
        days |= {
            row["effective_on"]
            for row in company.booked[account_id]
            if row["recorded_at"].date() > as_of
        }
        before, was_customer = Decimal(0), False
        for day in sorted(each for each in days if each and each <= as_of):
            after = company.known(account_id, day, as_of)
            if after != before and day > compared_on:
                kind = (
                    ("reactivation" if was_customer else "new")
                    if before <= 0 < after
                    else "churn"
                    if after <= 0 < before
                    else "expansion"
                    if after > before
                    else "contraction"
                )
                change = cents(after * rate) - cents(before * rate)
                found.append((kind, account_id, day, change, None, None, None, None))
            before, was_customer = after, was_customer or after > 0
    return found


def closed_renewals(
    company: Book, accounts: dict[str, Row], compared_on: date, as_of: date
) -> list:
    found = []
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        closed_on = row["closed_on"]
        if account is None or not closed_on or not compared_on < closed_on <= as_of:
            continue
        ends = (row["account_id"], closed_on)
        if row["status"] == "renewed":
            arr = company.dollars(row["arr_renewed"], row, account, as_of)
            found.append(("renewed", *ends, arr, None, "renewed", None, row["renewal_id"]))
        elif row["status"] == "churned":
            arr = -company.dollars(row["arr_due"], row, account, as_of)
            reason = row["churn_reason"] or None
            found.append(("renewal lost", *ends, arr, None, "churned", reason, row["renewal_id"]))
    return found


def customers(company: Book, accounts: dict[str, Row], as_of: date) -> dict[str, Decimal]:
    """ARR of the accounts that pay by contract on the as-of date."""
    found = {}
    for account_id, account in accounts.items():
        arr = company.arr(account, as_of)
        if arr > 0:
            found[account_id] = arr
    return found


def crossings(company: Book, accounts: dict[str, Row], compared_on: date, as_of: date) -> list:
    found = []
    past = [day for day in company.weeks.values() if day <= as_of]
    then = max(day for day in past if day <= compared_on)
    for account_id, arr in customers(company, accounts, as_of).items():
        since = accounts[account_id]["customer_since"]
        if since > then:
            continue
        before, now = company.band(account_id, then), company.band(account_id, as_of)
        if before == now or now is None or (now == "amber" and before != "red"):
            continue
        changed_on = as_of
        for day in reversed(past):
            if company.band(account_id, day) != now:
                break
            changed_on = day
        kind = {"red": "became red", "green": "became green", "amber": "left red"}[now]
        signed = -arr if now == "red" else arr
        found.append(
            (kind, account_id, changed_on, signed, before or "not scored", now, None, None)
        )
    return found


def direction(before: str | None, after: str | None, stake: Decimal | None) -> Decimal | None:
    if stake is None or before not in RANKS or after not in RANKS:
        return None
    return stake if RANKS.index(after) > RANKS.index(before) else -stake


def called_anew(company: Book, accounts: dict[str, Row], compared_on: date, as_of: date) -> list:
    calls: dict[str, list[Row]] = defaultdict(list)
    for call in company.tables["forecast_calls"]:
        if call["source"] == "csm" and call["called_at"].date() <= as_of:
            calls[call["renewal_id"]].append(call)
    found = []
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        heard = sorted(calls[row["renewal_id"]], key=lambda call: call["called_at"])
        earlier = [call for call in heard if call["called_at"].date() <= compared_on]
        still_open = row["status"] == "open" or (row["closed_on"] and row["closed_on"] > as_of)
        if account is None or not earlier or not still_open or row["due_on"] < as_of:
            continue
        before, now = earlier[-1], heard[-1]
        names = before["forecast_category"], now["forecast_category"]
        if names[0] == names[1] or None in (before["amount"], now["amount"]):
            continue
        changed_on = now["called_at"].date()
        for call in reversed(heard):
            if call["forecast_category"] != names[1]:
                break
            changed_on = call["called_at"].date()
        arr = direction(*names, company.dollars(row["arr_due"], row, account, as_of))
        found.append(
            (
                *("renewal forecast", row["account_id"], changed_on, arr),
                *(*names, None, row["renewal_id"]),
            )
        )
    return found


def forecast_anew(
    company: Book, accounts: dict[str, Row], compared_on: date, filters: Filters
) -> list:
    history: dict[str, list[Row]] = defaultdict(list)
    for change in company.tables["opportunity_history"]:
        if (
            change["field"] == "forecast_category"
            and compared_on < change["changed_at"].date() <= filters.as_of
        ):
            history[change["opportunity_id"]].append(change)
    found = []
    for row in company.opportunities(accounts, filters):
        changes = sorted(history[row["opportunity_id"]], key=lambda each: each["changed_at"])
        then = company.as_it_was(row, filters.as_of)
        if not changes or then is None:
            continue
        names = changes[0]["old_value"], changes[-1]["new_value"]
        if names[0] == names[1]:
            continue
        stake = then["amount"] and company.dollars(
            then["amount"], then, accounts.get(row["account_id"]), filters.as_of
        )
        found.append(
            (
                *("opportunity forecast", row["account_id"], changes[-1]["changed_at"].date()),
                *(direction(*names, stake), *names, row["kind"], row["opportunity_id"]),
            )
        )
    return found


def risks(company: Book, accounts: dict[str, Row], compared_on: date, as_of: date) -> list:
    pays = customers(company, accounts, as_of)
    found = []
    for row in company.tables["risks"]:
        if row["account_id"] not in accounts or row["opened_on"] > as_of:
            continue
        arr = pays.get(row["account_id"], Decimal(0))
        escalated = row["escalated_on"] and row["resolved_on"]
        was_escalated = escalated and row["escalated_on"] <= row["resolved_on"]
        for kind, day, signed, before, after in (
            ("risk opened", row["opened_on"], -arr, None, row["severity"]),
            ("risk escalated", row["escalated_on"], -arr, "open", "escalated"),
            (
                *("risk resolved", row["resolved_on"], arr),
                *("escalated" if was_escalated else "open", "resolved"),
            ),
        ):
            if day and compared_on < day <= as_of:
                found.append(
                    (
                        *(kind, row["account_id"], day, signed, before, after),
                        *(row["category"], row["risk_id"]),
                    )
                )
    return found


def detractors(company: Book, accounts: dict[str, Row], compared_on: date, as_of: date) -> list:
    pays = customers(company, accounts, as_of)
    return [
        (
            *("detractor", row["account_id"], row["responded_on"]),
            *(-pays.get(row["account_id"], Decimal(0)), None, str(row["score"]), row["persona"]),
            row["response_id"],
        )
        for row in company.tables["survey_responses"]
        if row["account_id"] in accounts
        and row["survey"] == "nps"
        and row["score"] is not None
        and row["score"] <= 6
        and row["responded_on"]
        and compared_on < row["responded_on"] <= as_of
    ]


def test_renewals_at_risk(demo, company, case):
    filters, _ = case
    until = filters.as_of + timedelta(days=400)
    accounts = company.accounts(filters)
    names = {row["member_id"]: row["name"] for row in company.tables["team_members"]}
    expected = []
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        still_open = row["status"] == "open" or (row["closed_on"] or date.min) > filters.as_of
        if account is None or not still_open or row["due_on"] >= until:
            continue
        if company.band(row["account_id"], filters.as_of) != "red":
            continue
        open_risks = sum(
            risk["opened_on"] <= filters.as_of
            and (risk["resolved_on"] is None or risk["resolved_on"] > filters.as_of)
            for risk in company.tables["risks"]
            if risk["account_id"] == row["account_id"]
        )
        expected.append(
            (
                row["renewal_id"],
                names.get(account["csm_id"]),
                company.dollars(row["arr_due"], row, account, filters.as_of),
                (row["due_on"] - filters.as_of).days,
                company.overall(row["account_id"], filters.as_of),
                open_risks,
            )
        )

    answer = overview.at_risk(demo, EVERYTHING, filters.window(None, until))

    columns = ["renewal_id", "csm_name", "arr_due", "days_left", "overall_score", "open_risks"]
    assert sorted(answer.select(columns).rows()) == sorted(expected)
    assert expected, "a comparison of nothing"
    assert answer["arr_due"].to_list() == sorted(answer["arr_due"], reverse=True)

"""Risks, triggers, priorities and plays of the demo, worked out with dicts and loops."""

import shutil
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median, stdev

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import priorities, risks, triggers
from tests.demo_numbers.test_independent import Company
from tests.factories import AS_OF

DAY = timedelta(days=1)
EARLIER = date(2026, 2, 18)
CASES = {
    "today": Filters(AS_OF),
    "an earlier day": Filters(EARLIER),
    "today, narrowed": Filters(
        AS_OF, segments=("Enterprise", "Small Business"), regions=("Europe", "Asia Pacific")
    ),
    "an earlier day, narrowed": Filters(
        EARLIER, segments=("Mid-Market",), regions=("North America",)
    ),
}
MORE = ("usage_weekly", "timeline_entries", "objectives", "support_cases", "risks")
TRIGGERS = ("Adoption", "Deployment", "Engagement", "Overall", "ROI", "Sentiment", "Support")
SHORT = "a customer for too short a time"


class Judge(Company):
    """What each trigger says of a customer: at risk, well, or why it cannot judge."""

    def __init__(self, connection) -> None:
        super().__init__(connection)
        for table in MORE:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.used = self.by_account("usage_weekly")
        self.touches = self.by_account("timeline_entries")
        self.goals = self.by_account("objectives")
        self.cases = self.by_account("support_cases")
        self.answers = self.by_account("survey_responses")
        self.medians: dict[tuple, float] = {}

    def weeks(self, account_id, on):
        """Active users and seats by week, of the weeks whose Sunday is not after the day."""
        return {
            row["week_on"]: (row["active_users"], row["licensed_seats"])
            for row in self.used[account_id]
            if row["week_on"] + 6 * DAY <= on and row["active_users"] is not None
        }

    def use(self, account_id, on):
        weeks = {day: each for day, each in self.weeks(account_id, on).items() if each[1]}
        if not weeks:
            return None, "no licence use recorded"
        users, seats = weeks[max(weeks)]
        if (on - max(weeks)).days > 60:
            return None, "the latest is stale"
        return users / seats, None

    def median_use(self, segment, on):
        if (segment, on) not in self.medians:
            uses = [
                self.use(account["account_id"], on)[0]
                for account, _ in self.customers(Filters(on))
                if account["segment"] == segment
            ]
            self.medians[segment, on] = median(use for use in uses if use is not None)
        return self.medians[segment, on]

    def deployment(self, account, on):
        use, why = self.use(account["account_id"], on)
        return why or round(use, 9) < round(0.75 * self.median_use(account["segment"], on), 9)

    def engagement(self, account, on):
        days = [
            row["happened_at"].date()
            for row in self.touches[account["account_id"]]
            if row["executive"] and row["happened_at"].date() <= on
        ]
        since = max(days, default=account["customer_since"])
        year, month = divmod(12 * since.year + since.month + 2, 12)
        last = monthrange(year, month + 1)[1]
        late = on >= date(year, month + 1, min(since.day, last))
        return late if days or late else SHORT

    def adoption(self, account, on):
        weeks = self.weeks(account["account_id"], on)
        if not weeks:
            return "no use recorded"
        latest = max(weeks)
        before = latest - 91 * DAY
        if (on - latest).days > 60:
            return "the latest is stale"
        if account["customer_since"] > before:
            return SHORT
        if before not in weeks:
            return "no use recorded to compare with"
        if not weeks[before][0]:
            return "nobody used it to compare with"
        return 4 * weeks[latest][0] <= 3 * weeks[before][0]

    def roi(self, account, on):  # noqa: ARG002 -- objectives carry no history
        statuses = [row["status"] for row in self.goals[account["account_id"]]]
        if not statuses:
            return "no objective named"
        return not {"on_track", "attained"} & set(statuses)

    def overall_answer(self, account, on):
        answers = [
            (row["responded_on"], -row["score"])
            for row in self.answers[account["account_id"]]
            if row["survey"] == "nps"
            and row["score"] is not None
            and row["responded_on"] is not None
            and row["responded_on"] <= on
        ]
        if not answers:
            return "no NPS answer"
        day, negative = max(answers)
        return "the latest is stale" if (on - day).days > 365 else -negative <= 8

    def support(self, account, on):
        def count(day):
            return sum(
                row["opened_at"].date() <= day
                and (row["closed_at"] is None or row["closed_at"].date() > day)
                for row in self.cases[account["account_id"]]
            )

        if account["customer_since"] > on - 90 * DAY:
            return SHORT
        before = [count(on - 7 * week * DAY) for week in range(1, 13)]
        return count(on) > round(mean(before) + 2 * stdev(before), 9)

    def sentiment(self, account, on):
        days = {
            row["measured_on"]: row["score"]
            for row in self.measured[account["account_id"]]
            if row["measure"] == "sentiment" and row["measured_on"] <= on
        }
        if not days:
            return "no sentiment score"
        latest = max(days)
        return "the latest is stale" if (on - latest).days > 60 else days[latest] < 40

    def findings(self, filters):
        """Finding by category and customer, with the customer's ARR."""
        rules = {
            "Adoption": self.adoption,
            "Deployment": self.deployment,
            "Engagement": self.engagement,
            "Overall": self.overall_answer,
            "ROI": self.roi,
            "Sentiment": self.sentiment,
            "Support": self.support,
        }
        return {
            (category, account["account_id"]): (rule(account, filters.as_of), arr)
            for account, arr in self.customers(filters)
            for category, rule in rules.items()
        }

    def open_risks(self, filters):
        """Risks of accounts that are kept, open on the day."""
        accounts = self.accounts(filters)
        return [
            row | {"arr": self.arr(accounts[row["account_id"]], filters.as_of)}
            for row in self.tables["risks"]
            if row["account_id"] in accounts
            and row["opened_on"] <= filters.as_of
            and (row["resolved_on"] is None or row["resolved_on"] > filters.as_of)
        ]


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Judge:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Judge(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def test_triggers_find_whom_they_should_and_say_whom_they_cannot_judge(demo, company, filters):
    found = company.findings(filters)
    expected = {key: arr for key, (finding, arr) in found.items() if finding is True}
    assert {category for category, _ in expected} == set(TRIGGERS), "a comparison of nothing"

    fired = triggers.fired(demo, EVERYTHING, filters)
    assert {(row["category"], row["account_id"]): row["arr"] for row in fired.to_dicts()} == (
        expected
    )
    for category in TRIGGERS:
        single = getattr(triggers, category.lower())(demo, EVERYTHING, filters)
        assert_frame_equal(single, fired.filter(category=category))

    counted = defaultdict(lambda: [0, Decimal(0)])
    for (category, _), (finding, arr) in found.items():
        cell = counted[category, finding if isinstance(finding, str) else None]
        cell[0] += 1
        cell[1] += arr
    judged = triggers.judged(demo, EVERYTHING, filters)
    assert {row[:2]: list(row[2:]) for row in judged.iter_rows()} == counted


def test_triggers_against_the_register(demo, company, filters):
    found = company.findings(filters)
    fires = {key for key, (finding, _) in found.items() if finding is True}
    rows = company.open_risks(filters)
    known = {(row["category"], row["account_id"]) for row in rows}

    lacking = triggers.not_registered(demo, EVERYTHING, filters)
    assert set(lacking.select("category", "account_id").rows()) == fires - known
    assert len(lacking) == len(fires - known) > 0

    over = triggers.no_longer(demo, EVERYTHING, filters)
    expected = {}
    for row in rows:
        key = (row["category"], row["account_id"])
        if row["source"] == "auto" and key not in fires:
            finding = found[key][0] if key in found else "no trigger for it"
            expected[row["risk_id"]] = "does not fire" if finding is False else finding
    assert expected, "a comparison of nothing"
    assert dict(over.select("risk_id", "why").rows()) == expected
    arr = {row["account_id"]: row["arr"] for row in rows if row["risk_id"] in expected}
    assert over["arr_counted"].sum() == sum(arr.values(), Decimal(0))


def test_the_register(demo, company, filters):
    rows = company.open_risks(filters)
    expected = defaultdict(lambda: [0, set(), set()])
    for row in rows:
        escalated = row["escalated_on"] is not None and row["escalated_on"] <= filters.as_of
        cell = expected[row["category"]]
        cell[0] += 1
        cell[1].add((row["account_id"], row["arr"]))
        cell[2] |= {row["risk_id"]} if escalated else set()
    assert expected, "a comparison of nothing"

    found = risks.by_category(demo, EVERYTHING, filters)
    together = found.group_by("category").agg(
        pl.col("risks").sum(),
        pl.col("accounts").sum(),
        pl.col("arr").sum(),
        escalated=pl.col("risks").filter("is_escalated").sum(),
    )
    assert {row[0]: row[1:] for row in together.iter_rows()} == {
        category: (number, len(accounts), sum(arr for _, arr in accounts), len(escalated))
        for category, (number, accounts, escalated) in expected.items()
    }
    accounts = {row["account_id"]: row["arr"] for row in rows}
    assert found["arr_in_all"].sum() == sum(accounts.values())
    assert found["accounts_in_all"].sum() == len(accounts)
    members = {row["member_id"]: row for row in company.tables["team_members"]}
    nobody = [
        row
        for row in rows
        if row["owner_id"] not in members
        or (members[row["owner_id"]]["left_on"] or date.max) <= filters.as_of
    ]
    assert found["without_owner"].sum() == len(nobody)

    register = risks.register(demo, EVERYTHING, filters)
    assert set(register["risk_id"]) == {row["risk_id"] for row in rows}
    ages = {row["risk_id"]: (filters.as_of - row["opened_on"]).days for row in rows}
    assert dict(register.select("risk_id", "age_days").rows()) == ages


def test_what_was_opened_resolved_and_left_open(demo, company, filters):
    accounts = company.accounts(filters)
    rows = [row for row in company.tables["risks"] if row["account_id"] in accounts]
    opened, resolved = defaultdict(int), defaultdict(int)
    for row in rows:
        if row["opened_on"] <= filters.as_of:
            opened[row["opened_on"].replace(day=1)] += 1
            if row["resolved_on"] and row["resolved_on"] <= filters.as_of:
                resolved[row["resolved_on"].replace(day=1)] += 1
    expected, backlog = [], 0
    for month in sorted(opened.keys() | resolved.keys()):
        backlog += opened[month] - resolved[month]
        expected.append((month, opened[month], resolved[month], backlog))

    assert risks.by_month(demo, EVERYTHING, filters).rows() == expected
    assert expected[-1][3] == len(company.open_risks(filters)) > 0


def test_time_to_resolve(demo, company, filters):
    window = filters.window(filters.as_of - timedelta(days=365), None)
    accounts = company.accounts(filters)
    lives = defaultdict(list)
    for row in company.tables["risks"]:
        if row["account_id"] in accounts and window.since <= row["opened_on"] <= filters.as_of:
            over = row["resolved_on"] is not None and row["resolved_on"] <= filters.as_of
            end = row["resolved_on"] if over else filters.as_of
            for category in (row["category"], "All categories"):
                lives[category].append(((end - row["opened_on"]).days, over))

    def half(of):
        left = 1.0
        for day in sorted({days for days, over in of if over}):
            left *= 1 - sum(each == (day, True) for each in of) / sum(d >= day for d, _ in of)
            if round(left, 9) <= 0.5:
                return day
        return None

    expected = [
        (
            category,
            len(lives[category]),
            sum(over for _, over in lives[category]),
            sum(not over for _, over in lives[category]),
            half(lives[category]),
        )
        for category in sorted(lives)
    ]
    assert risks.time_to_resolve(demo, EVERYTHING, window).rows() == expected
    assert any(row[4] for row in expected)


def test_priorities_and_plays(demo, company, filters):
    on = filters.as_of
    sizes = defaultdict(list)
    for account, arr in company.customers(Filters(on)):
        sizes[account["segment"]].append(arr)
    cell, play = defaultdict(lambda: [0, Decimal(0)]), defaultdict(lambda: [0, Decimal(0)])
    for account, arr in company.customers(filters):
        middle = median(sizes[account["segment"]]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        value = "high" if arr >= middle else "low"
        band = company.band(account["account_id"], on)
        health = {None: "not scored", "red": "low"}.get(band, "not low")
        priority = {
            ("high", "low"): "Immediate",
            ("low", "low"): "Fast",
        }.get((value, health), {"not scored": "Not scored"}.get(health, "On schedule"))
        parts = [cell[value, health, priority]]
        if band == "green":
            stage, maturity = account["lifecycle_stage"], account["maturity"]
            named = {"Starting": "activation", "Growing": "growth", "Advanced": "growth"}[maturity]
            if stage in {"Renewal", "Expansion"} and maturity == "Advanced":
                named = "advocacy"
            if stage == "Expansion" and maturity == "Starting":
                named = "growth"
            if stage == "Onboarding":
                named = "activation"
            if stage == "Churned":
                named = "no play named"
            parts.append(play[stage, maturity, named])
        for part in parts:
            part[0] += 1
            part[1] += arr

    cells = priorities.cells(demo, EVERYTHING, filters)
    assert {row[:3]: list(row[3:]) for row in cells.iter_rows()} == cell
    plays = priorities.plays(demo, EVERYTHING, filters)
    assert {row[:3]: list(row[3:]) for row in plays.iter_rows()} == play
    assert play
    assert cell


# ------------------------------------------------------------------ behind every mark

SCOPES = {
    "everything": EVERYTHING,
    "three books": Scope(member_ids=("M00007", "M00009", "M00020")),
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_details_sum_to_their_marks(demo, filters, scope):
    register = risks.register(demo, scope, filters)
    summary = risks.by_category(demo, scope, filters)
    assert_frame_equal(
        register.group_by("category", "is_escalated").agg(
            risks=pl.len().cast(pl.Int64),
            arr=pl.col("arr_in_category").sum(),
            arr_in_all=pl.col("arr_in_all").sum(),
        ),
        summary.select("category", "is_escalated", "risks", "arr", "arr_in_all"),
        check_row_order=False,
    )
    customers = priorities.customers(demo, scope, filters)
    keys = ("value_class", "health_class", "priority")
    assert_frame_equal(
        customers.group_by(keys).agg(customers=pl.len().cast(pl.Int64), arr=pl.col("arr").sum()),
        priorities.cells(demo, scope, filters),
        check_row_order=False,
    )
    healthy = priorities.healthy(demo, scope, filters)
    keys = ("lifecycle_stage", "maturity", "play")
    assert_frame_equal(
        healthy.group_by(keys).agg(customers=pl.len().cast(pl.Int64), arr=pl.col("arr").sum()),
        priorities.plays(demo, scope, filters),
        check_row_order=False,
    )
    judgements = triggers.customers(demo, scope, filters)
    assert not judgements.is_empty(), "a comparison of nothing"
    fired = triggers.fired(demo, scope, filters)
    at_risk = judgements.filter(finding="at risk")
    assert_frame_equal(
        at_risk.select("account_id", "category", "arr", "what", "observed", "threshold"),
        fired.select("account_id", "category", "arr", "what", "observed", "threshold"),
    )
    why = pl.when(pl.col("finding") == "not judged").then(pl.col("what"))
    assert_frame_equal(
        judgements.group_by("category", why.alias("not_judged")).agg(
            customers=pl.len().cast(pl.Int64), arr=pl.col("arr").sum()
        ),
        triggers.judged(demo, scope, filters),
        check_row_order=False,
    )
    assert register["risk_id"].is_unique().all()
    assert customers["account_id"].is_unique().all()
    assert set(customers["account_id"]) == set(judgements["account_id"])


def test_risks_of_a_month_are_as_many_as_its_marks(demo, filters):
    months = risks.by_month(demo, EVERYTHING, filters)
    for month_on, opened, resolved, backlog in months.tail(6).iter_rows():
        until = (month_on + timedelta(days=32)).replace(day=1)
        window = filters.window(month_on, min(until, filters.as_of + DAY))
        done = risks.of_months(demo, EVERYTHING, window)
        assert [
            len(done.filter(what=each)) for each in ("opened", "resolved", "open at the end")
        ] == [opened, resolved, backlog]

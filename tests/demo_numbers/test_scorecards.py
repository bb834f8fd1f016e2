"""Scorecards, quadrants and the outcome check, worked out a second time with dicts and loops."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from math import floor, sqrt

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import health, outcome_check, quadrants, scorecards
from tests.demo_numbers.test_independent import (
    CASES,
    EXPERIENCE,
    OUTCOMES,
    TABLES,
    Company,
    cents,
    mean,
    monday_of,
    within,
)
from tests.factories import Row

MORE = (
    *("arr_movements", "advocacy_events", "timeline_entries", "usage_weekly", "objectives"),
    "products",
)
LEVELS = {"starting": 0.0, "growing": 50.0, "advanced": 100.0}
HEALTH = (*OUTCOMES, *EXPERIENCE)
OTHERS = {
    "vendor": ("retention", "expansion", "advocacy"),
    "engagement": ("executive", "touches", "survey"),
    "maturity": ("maturity", "features", "objectives"),
}


def twelve_months_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def capped(score: float | None) -> float | None:
    return None if score is None else min(100.0, max(0.0, score))


class Measured(Company):
    """What each customer is worth on every scorecard."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        for table in MORE:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            self.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        self.lists = {
            table: self.by_account(table)
            for table in (*MORE[:-1], "survey_responses", "opportunities", "renewals")
        }

    def vendor(self, account: Row, arr: Decimal, on: date) -> dict[str, float | None]:
        account_id, year_ago = account["account_id"], twelve_months_before(on)
        opening = Decimal(0)
        live: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.subscriptions[account_id]:
            if row["starts_on"] <= year_ago and (
                row["ends_on"] is None or year_ago < row["ends_on"]
            ):
                live[row["currency"] or account["currency"] or "USD"] += row["arr"]
        opening = sum((cents(each * self.rate(name, on)) for name, each in live.items()), opening)
        moved = sum(
            self.dollars(row["amount"], row, account, on)
            for row in self.lists["arr_movements"][account_id]
            if row["movement"] == "expansion"
            and year_ago < row["effective_on"] <= on
            and row["recorded_at"].date() <= on
        )
        won = sum(
            self.dollars(row["amount"], row, account, on)
            for row in self.lists["opportunities"][account_id]
            if row["won"] and row["closed_on"] and year_ago < row["closed_on"] <= on
            and row["amount"] is not None
        )  # fmt: skip
        events = sum(
            year_ago < row["happened_on"] <= on for row in self.lists["advocacy_events"][account_id]
        )
        return {
            "retention": capped(100 * float(arr / opening)) if opening else None,
            "expansion": capped(100 * float(max(moved, won) / opening) / 0.2) if opening else None,
            "advocacy": capped(50.0 * events),
        }

    def engaged(self, account_id: str, on: date) -> dict[str, float | None]:
        touches = [
            row
            for row in self.lists["timeline_entries"][account_id]
            if row["happened_at"].date() <= on
        ]
        executive = [row["happened_at"].date() for row in touches if row["executive"]]
        recent = sum((on - row["happened_at"].date()).days < 90 for row in touches)
        surveys = self.lists["survey_responses"][account_id]
        answered = [each["responded_on"] for each in surveys if each["responded_on"]]
        sent = [each["sent_on"] for each in surveys if each["sent_on"]]
        survey = None
        if any(day <= on and (on - day).days < 180 for day in answered):
            survey = 100.0
        elif any(day <= on and (on - day).days < 180 for day in sent):
            survey = 0.0
        return {
            "executive": capped(130.0 - (on - max(executive)).days) if executive else 0.0,
            "touches": capped(100 * recent / 6),
            "survey": survey,
        }

    def mature(self, account: Row, on: date) -> dict[str, float | None]:
        account_id = account["account_id"]
        weeks = [
            row
            for row in self.lists["usage_weekly"][account_id]
            if row["week_on"] <= on
            and row["features_used"] is not None
            and row["features_entitled"]
        ]
        features = None
        if weeks:
            last = max(weeks, key=lambda row: row["week_on"])
            if (on - last["week_on"]).days <= 60:
                features = capped(100 * last["features_used"] / last["features_entitled"])
        confirmed = [
            row
            for row in self.lists["objectives"][account_id]
            if row["last_validated_on"] is None or row["last_validated_on"] <= on
        ]
        days = [row["last_validated_on"] for row in confirmed if row["last_validated_on"]]
        objectives = None
        if days and (on - max(days)).days <= 60:
            attained = sum(row["status"] == "attained" for row in confirmed)
            objectives = 100 * attained / len(confirmed)
        return {
            "maturity": LEVELS.get((account["maturity"] or "").lower()),
            "features": features,
            "objectives": objectives,
        }

    def everything(self, account: Row, arr: Decimal, on: date) -> dict[str, float | None]:
        """Every measure of every scorecard; those that do not count are ``None``."""
        found = self.measures(account["account_id"], on)
        return (
            {measure: found.get(measure) for measure in HEALTH}
            | self.vendor(account, arr, on)
            | self.engaged(account["account_id"], on)
            | self.mature(account, on)
        )

    def decided(self, row: Row, on: date) -> bool | None:
        """Whether a renewal counts as renewed; ``None`` where it is in no rate."""
        lines = [
            each
            for each in self.subscriptions[row["account_id"]]
            if (
                each["subscription_id"] == row["subscription_id"]
                if row["subscription_id"]
                else each["ends_on"] == row["due_on"] and each["starts_on"] <= on
            )
        ]
        if lines and all((each["term_months"] or 12) < 6 for each in lines):
            return None
        closed = row["status"] != "open" and row["closed_on"] <= on
        if closed and row["status"] == "churned":
            return False
        late = ((row["closed_on"] if closed else on) - row["due_on"]).days
        if late <= 0:
            return True if closed else None
        return None if late <= 30 else False

    def last_measured(self, day: date) -> date | None:
        """Last day of the last week that ended in the three weeks up to a day."""
        ends: dict[date, date] = {}
        for each in self.days_measured:
            monday = monday_of(each)
            ends[monday] = max(each, ends.get(monday, each))
        return max(
            (each for each in ends.values() if day - timedelta(days=21) <= each <= day),
            default=None,
        )

    def card(self, name: str, account: Row, measures: dict[str, float | None], on: date):
        """Score of a scorecard; ``None`` where less than half of it is covered."""
        if name == "health":
            return self.overall(account["account_id"], on)
        counted = [each for key in OTHERS[name] if (each := measures[key]) is not None]
        return mean(counted) if len(counted) >= 2 else None


def band_of(score: float | None, red: float = 40, amber: float = 70) -> str | None:
    if score is None:
        return None
    score = round(score, 6)
    return "red" if score < red else "amber" if score < amber else "green"


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Measured:
    assert set(TABLES).isdisjoint(MORE)
    copied = tmp_path_factory.mktemp("copy") / "demo.duckdb"
    copied.write_bytes(demo_file.read_bytes())
    with duckdb.connect(str(copied), read_only=True) as connection:
        return Measured(connection)


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def close(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return found == pytest.approx(wanted, abs=1.1e-6, rel=0)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("scorecard", ["health", *OTHERS])
def test_every_measure_score_and_band(demo, company, filters, scorecard):
    expected = {}
    for account, arr in company.customers(filters):
        measures = company.everything(account, arr, filters.as_of)
        score = company.card(scorecard, account, measures, filters.as_of)
        expected[account["account_id"]] = (arr, score, band_of(score), measures)

    rows = scorecards.customers(demo, EVERYTHING, filters, scorecard=scorecard).rows(named=True)

    assert {row["account_id"] for row in rows} == expected.keys()
    for row in rows:
        arr, score, band, measures = expected[row["account_id"]]
        assert (row["arr"], row["health_band"]) == (arr, band), row
        assert close(row["score"], score), (row, score)
        for name, value in measures.items():
            assert close(row[name], value), (row["account_id"], name, row[name], value)

    cells: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
    segments = {
        account["account_id"]: account["segment"] for account, _ in company.customers(filters)
    }
    for account_id, (arr, _, band, _) in expected.items():
        cells[segments[account_id], band][0] += 1
        cells[segments[account_id], band][1] += arr
    bands = scorecards.bands(demo, EVERYTHING, filters).filter(scorecard=scorecard)
    assert {row[:2]: list(row[2:]) for row in bands.select(
        "segment", "health_band", "accounts", "arr"
    ).iter_rows()} == cells  # fmt: skip


def test_states_of_every_measure(demo, company, filters):
    expected: dict[tuple[str, str], list] = defaultdict(lambda: [0, Decimal(0)])
    for account, arr in company.customers(filters):
        measures = company.everything(account, arr, filters.as_of)
        ever = {
            row["measure"]
            for row in company.measured[account["account_id"]]
            if row["measured_on"] <= filters.as_of
        }
        lists = company.lists
        if any(
            row["week_on"] <= filters.as_of and row["features_used"] is not None
            for row in lists["usage_weekly"][account["account_id"]]
        ):
            ever.add("features")
        if any(
            row["last_validated_on"] and row["last_validated_on"] <= filters.as_of
            for row in lists["objectives"][account["account_id"]]
        ):
            ever.add("objectives")
        for name, value in measures.items():
            state = "fresh" if value is not None else "stale" if name in ever else "missing"
            expected[name, state][0] += 1
            expected[name, state][1] += arr

    states = scorecards.measure_states(demo, EVERYTHING, filters)

    rows = states.select("measure", "state", "accounts", "arr").iter_rows()
    assert {row[:2]: list(row[2:]) for row in rows} == expected


def percentile(values: list[float], share: float) -> float:
    """Between the two nearest of the sorted values."""
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


@pytest.mark.parametrize("scorecard", ["health", "engagement"])
def test_thresholds_and_who_they_move(demo, company, filters, scorecard):
    found = []
    for account, arr in company.customers(filters):
        measures = company.everything(account, arr, filters.as_of)
        score = company.card(scorecard, account, measures, filters.as_of)
        found.append((None if score is None else round(score, 6), arr))
    ordered = sorted(score for score, _ in found if score is not None)
    shares = {"chosen": None, "tertiles": (0.333333, 0.666667), "quintiles": (0.2, 0.6)}
    expected = {}
    for proposal, of in shares.items():
        red, amber = (
            (40, 70)
            if of is None
            else (floor(10 * percentile(ordered, each) + 0.5) / 10 for each in of)
        )
        cells: dict[tuple, list] = defaultdict(lambda: [0, Decimal(0)])
        for score, arr in found:
            cell = cells[band_of(score), band_of(score, red, amber)]
            cell[0] += 1
            cell[1] += arr
        expected |= {
            (proposal, *bands): (pytest.approx(red), pytest.approx(amber), *cell)
            for bands, cell in cells.items()
        }

    answered = scorecards.thresholds(demo, EVERYTHING, filters, scorecard=scorecard)

    assert {(row[0], *row[3:5]): (*row[1:3], *row[5:]) for row in answered.iter_rows()} == expected


def test_quadrants(demo, company, filters):
    expected: dict[str, list] = defaultdict(lambda: [0, Decimal(0)])
    places = {}
    for account, arr in company.customers(filters):
        scores = company.measures(account["account_id"], filters.as_of)
        outcomes = mean([scores[each] for each in OUTCOMES if each in scores])
        experience = mean([scores[each] for each in EXPERIENCE if each in scores])
        overall = company.overall(account["account_id"], filters.as_of)
        if overall is None or outcomes is None or experience is None:
            name = "not placed"
        else:
            name = {
                (True, True): "both good",
                (False, True): "false green",
                (True, False): "poor experience",
                (False, False): "both poor",
            }[outcomes >= 70, experience >= 70]
        expected[name][0] += 1
        expected[name][1] += arr
        places[account["account_id"]] = name

    totals = quadrants.totals(demo, EVERYTHING, filters).select("quadrant", "accounts", "arr")
    assert {row[0]: list(row[1:]) for row in totals.iter_rows()} == expected
    customers = quadrants.customers(demo, EVERYTHING, filters)
    assert dict(customers.select("account_id", "quadrant").iter_rows()) == places
    for name, (accounts, arr) in expected.items():
        behind = quadrants.customers(demo, EVERYTHING, filters, quadrant=name)
        assert (len(behind), behind["arr"].sum()) == (accounts, arr)


@pytest.mark.parametrize("days_before", [30, 90])
def test_the_outcome_check(demo, company, filters, days_before):
    """By the default rule: decided is closed by 30 days after the due date, later is churn."""
    accounts = company.accounts(filters)
    found: dict[tuple[str, str | None], list] = defaultdict(lambda: [0, 0, Decimal(0)])
    for row in company.tables["renewals"]:
        account = accounts.get(row["account_id"])
        if account is None or not within(row["due_on"], filters):
            continue
        renewed = company.decided(row, filters.as_of)
        if renewed is None:
            continue
        looked = row["due_on"] - timedelta(days=days_before)
        on = company.last_measured(looked)
        scores: dict[str, float] = {}
        if on is not None:
            scores = company.measures(row["account_id"], on)
        for measure in ("overall", *HEALTH):
            if measure == "overall":
                score = company.overall(row["account_id"], on) if on else None
                band = band_of(score)
            else:
                band = band_of(scores.get(measure), *((30, 60) if measure == "nps" else (40, 70)))
            cell = found[measure, band]
            cell[0] += 1
            cell[1] += renewed
            cell[2] += company.dollars(row["arr_due"], row, account, filters.as_of)

    rows = outcome_check.by_band(demo, EVERYTHING, filters, days_before=days_before)
    rows = rows.filter(~rows["measure"].is_in(["outcomes", "experience"]))

    assert {row[:2]: (row[2], row[4]) for row in rows.iter_rows()} == {
        key: (cell[0], cell[2]) for key, cell in found.items()
    }
    for row in rows.rows(named=True):
        number, kept, _ = found[row["measure"], row["health_band"]]
        if number < 5:
            assert row["renewed"] is None
            assert row["renewal_rate"] is None
            continue
        everyone = [cell for (name, _), cell in found.items() if name == row["measure"]]
        rate = sum(cell[1] for cell in everyone) / sum(cell[0] for cell in everyone)
        z, share = 1.959963985, kept / number
        half = z * sqrt(share * (1 - share) / number + z * z / 4 / number**2)
        bounds = [
            (share + z * z / 2 / number + sign * half) / (1 + z * z / number) for sign in (-1, 1)
        ]
        assert row["renewed"] == kept
        assert [row["low_rate"], row["high_rate"]] == pytest.approx(bounds)
        assert (row["all_rate"], row["lift"]) == pytest.approx((rate, share / rate))


def test_score_changes(demo, company, filters):
    then = filters.as_of - timedelta(days=28)
    checked = 0
    for account_id in list(company.accounts(filters))[::7]:
        change = health.score_change(demo, EVERYTHING, filters, account_id=account_id)
        for side, day in (("before", then), ("now", filters.as_of)):
            scores = company.measures(account_id, day)
            halves = [[each for each in half if each in scores] for half in (OUTCOMES, EXPERIENCE)]
            present = [half for half in halves if half]
            weights = {name: 1 / len(present) / len(half) for half in present for name in half}
            got = dict(change.select("measure", f"contribution_{side}").iter_rows())
            assert got == pytest.approx(
                {name: weights.get(name, 0) * scores.get(name, 0) for name in got}, abs=1e-9
            )
            checked += len(got)
    assert checked

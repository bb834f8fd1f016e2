"""White space, pipeline created and won expansion of the demo, worked out a second time."""

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from statistics import median

import duckdb
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.queries import pipeline, white_space, won
from tests.demo_numbers.test_independent import Company, cents, within
from tests.factories import AS_OF, Row

CASES = {
    "today": Filters(as_of=AS_OF),
    "an earlier day": Filters(as_of=date(2026, 2, 18)),
    "narrowed": Filters(
        as_of=AS_OF,
        segments=("Enterprise", "Small Business"),
        regions=("Europe", "North America"),
    ),
}
NOTHING = Decimal(0)


@pytest.fixture(scope="module")
def company(demo_file, tmp_path_factory) -> Company:
    copied = shutil.copy(demo_file, tmp_path_factory.mktemp("copy") / "demo.duckdb")
    with duckdb.connect(str(copied), read_only=True) as connection:
        found = Company(connection)
        for table in ("product_fit", "products", "arr_movements"):
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            found.tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    found.moves = found.by_account("arr_movements")
    return found


@pytest.fixture(params=CASES)
def filters(request) -> Filters:
    return CASES[request.param]


def standing(company: Company, filters: Filters) -> list[Row]:
    """Opportunities opened by the day, with outcome, stage and dollars as they were on it."""
    accounts, found = company.accounts(filters), []
    narrowed = filters.segments or filters.regions
    for sale in company.tables["opportunities"]:
        row = dict(sale)
        account = accounts.get(row["account_id"])
        if (account is None and (row["account_id"] or narrowed)) or (
            row["created_on"] and row["created_on"] > filters.as_of
        ):
            continue
        later = [
            change
            for change in company.tables["opportunity_history"]
            if change["opportunity_id"] == row["opportunity_id"]
            and change["changed_at"].date() > filters.as_of
            and change["field"] == "stage"
        ]
        is_over = row["closed_on"] is not None and row["closed_on"] <= filters.as_of
        if later:
            row["stage"] = min(later, key=lambda change: change["changed_at"])["old_value"]
        elif row["closed_on"] and not is_over:
            row["stage"] = None
        row["outcome"] = ("won" if row["won"] else "lost") if is_over else "open"
        if row["amount"] is not None:
            row["amount"] = company.dollars(row["amount"], row, account, filters.as_of)
        found.append(row)
    return found


def owned(company: Company, account_id: str, on: date) -> set[str]:
    return {
        line["product_id"]
        for line in company.subscriptions[account_id]
        if line["arr"] > 0
        and line["starts_on"] <= on
        and (line["ends_on"] is None or on < line["ends_on"])
    }


def test_white_space(demo, company, filters):
    customers = {account["account_id"]: account for account, _ in company.customers(filters)}
    asked: dict[tuple, Decimal] = defaultdict(Decimal)
    for row in standing(company, filters):
        if row["outcome"] == "open" and row["amount"] is not None:
            asked[row["account_id"], row["product_id"]] += row["amount"]
    left: dict[tuple, tuple] = {}
    for row in company.tables["product_fit"]:
        account_id, product = row["account_id"], row["product_id"]
        if account_id not in customers or product in owned(company, account_id, filters.as_of):
            continue
        account = customers[account_id]
        potential = company.dollars(row["potential_arr"], row, account, filters.as_of)
        taken = min(potential, asked[account_id, product])
        net = potential - taken
        left[account_id, product] = (
            potential,
            taken,
            net,
            cents(net * Decimal(str(row["propensity"]))),
            row["propensity"],
        )

    rows = white_space.candidates(demo, EVERYTHING, filters)

    names = ("potential_arr", "in_pipeline", "net_potential", "expected_value", "propensity")
    answer = {
        (row["account_id"], row["product_id"]): tuple(row[name] for name in names)
        for row in rows.iter_rows(named=True)
    }
    assert len(answer) > 100
    assert any(each[1] > 0 for each in answer.values())
    assert answer == left

    placed = [(each[4], float(each[2])) for each in left.values() if each[2] > 0]
    middle_propensity = median(each[0] for each in placed)
    middle_potential = median(each[1] for each in placed)
    expected: dict[str, list] = defaultdict(lambda: [0, NOTHING])
    for _, _, net, _, propensity in left.values():
        name = "nothing left"
        if net > 0:
            name = (
                f"{'likely' if propensity >= middle_propensity else 'unlikely'} and "
                f"{'large' if float(net) >= middle_potential else 'small'}"
            )
        expected[name][0] += 1
        expected[name][1] += net
    fields = white_space.quadrants(demo, EVERYTHING, filters)
    assert {
        row["quadrant"]: [row["pairs"], row["net_potential"]]
        for row in fields.iter_rows(named=True)
    } == expected

    cells: dict[tuple, list] = defaultdict(lambda: [0, 0, NOTHING])
    for account_id, account in customers.items():
        segment = company.attribute(account, "segment", filters.as_of)
        for product in company.tables["products"]:
            cell = cells[segment, product["product_id"]]
            has = product["product_id"] in owned(company, account_id, filters.as_of)
            estimate = left.get((account_id, product["product_id"]))
            cell[0] += has
            cell[1] += not has and estimate is None
            cell[2] += estimate[2] if estimate else 0
    by_product = white_space.by_product(demo, EVERYTHING, filters)
    assert {
        (row["segment"], row["product_id"]): [
            row["owners"],
            row["not_estimated"],
            row["net_potential"],
        ]
        for row in by_product.iter_rows(named=True)
    } == cells


def test_pipeline_placed(demo, company, filters):
    customers = {account["account_id"] for account, _ in company.customers(filters)}
    fitted = {(row["account_id"], row["product_id"]) for row in company.tables["product_fit"]}
    expected: dict[str, list] = defaultdict(lambda: [0, NOTHING, 0])
    for row in standing(company, filters):
        if row["outcome"] != "open":
            continue
        if row["account_id"] is None:
            place = "without account"
        elif row["account_id"] not in customers:
            place = "no customer"
        elif row["product_id"] is None:
            place = "without product"
        elif row["product_id"] in owned(company, row["account_id"], filters.as_of):
            place = "product owned"
        elif (row["account_id"], row["product_id"]) in fitted:
            place = "taken off"
        else:
            place = "not estimated"
        expected[place][0] += 1
        expected[place][1] += row["amount"] or 0
        expected[place][2] += row["amount"] is None

    rows = white_space.open_pipeline(demo, EVERYTHING, filters)

    assert len(rows) >= 3
    assert {row[0]: list(row[1:]) for row in rows.iter_rows()} == expected


def test_pipeline_created(demo, company, filters):
    filters = filters.window(date(2025, 3, 1), date(2026, 9, 1))
    expected: dict[tuple, list] = defaultdict(lambda: [0, NOTHING, 0])
    for row in standing(company, filters):
        if within(row["created_on"], filters):
            cell = expected[
                row["created_on"].replace(day=1),
                row["kind"],
                row["source"],
                row["stage"],
                row["outcome"],
            ]
            cell[0] += 1
            cell[1] += row["amount"] or 0
            cell[2] += row["amount"] is None

    rows = pipeline.created_by_month(demo, EVERYTHING, filters)

    assert len(rows) > 20
    assert {row[:5]: list(row[5:]) for row in rows.iter_rows()} == expected


def test_won(demo, company, filters):
    expected: dict[tuple, list] = defaultdict(list)
    for row in standing(company, filters):
        if row["outcome"] == "won":
            day = row["closed_on"]
            quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            expected[quarter, row["source"]].append(
                (row["amount"] or NOTHING, (day - row["created_on"]).days)
            )

    rows = won.by_quarter(demo, EVERYTHING, filters)

    assert len(rows) > 10
    assert {
        (row["quarter"], row["source"]): (row["opportunities"], row["amount"], row["median_days"])
        for row in rows.iter_rows(named=True)
    } == {
        key: (len(sales), sum(each[0] for each in sales), median(each[1] for each in sales))
        for key, sales in expected.items()
    }


def live(company: Company, account_id: str, on: date, known_on: date) -> Decimal:
    """What an account pays on a day, less what had not been booked by the day known."""
    lines = sum(
        (
            line["arr"]
            for line in company.subscriptions[account_id]
            if line["starts_on"] <= on and (line["ends_on"] is None or on < line["ends_on"])
        ),
        NOTHING,
    )
    return lines - sum(
        (
            move["amount"]
            for move in company.moves[account_id]
            if move["effective_on"] <= on and move["recorded_at"].date() > known_on
        ),
        NOTHING,
    )


def test_won_beside_nrr(demo, company, filters):
    """By the Board policy: rates of the window's first day, and growth without price rises."""
    until = filters.as_of
    since = date(until.year - 1, until.month, until.day)
    sales: dict[str | None, list[Decimal]] = defaultdict(lambda: [NOTHING, NOTHING])
    for row in standing(company, filters):
        if row["outcome"] == "won" and since < row["closed_on"] <= until:
            sales[row["account_id"]][row["source"] != "csm"] += row["amount"] or NOTHING
    opening = kept = found_csm = found_other = grown = NOTHING
    for account in company.accounts(filters).values():
        account_id = account["account_id"]
        rate = company.rate(account["currency"] or "USD", since)
        before, after = (
            cents(live(company, account_id, day, until) * rate) for day in (since, until)
        )
        if before <= 0:
            continue
        opening, kept = opening + before, kept + after
        days = {
            day
            for line in company.subscriptions[account_id]
            for day in (line["starts_on"], line["ends_on"])
            if day and since < day <= until
        }
        growth, running = NOTHING, live(company, account_id, since, until)
        for day in sorted(days):
            now = live(company, account_id, day, until)
            change = now - running
            prices = sum(
                (
                    move["amount"]
                    for move in company.moves[account_id]
                    if move["effective_on"] == day
                    and move["recorded_at"].date() <= until
                    and move["reason"] == "price"
                ),
                NOTHING,
            )
            if change > 0 and running > 0:
                growth += max(change - prices, NOTHING)
            running = now
        expansion = min(cents(growth * rate), after)
        csm, other = sales[account_id]
        both = min(csm + other, expansion)
        part = cents(both * csm / (csm + other)) if csm + other else NOTHING
        found_csm, found_other, grown = (
            found_csm + part,
            found_other + both - part,
            grown + expansion,
        )

    row = won.in_retention(demo, EVERYTHING, filters.window(since, until)).row(0, named=True)

    assert row["opening_arr"] == opening
    assert row["net_retained_arr"] == kept
    assert row["won_csm"] == sum(each[0] for each in sales.values())
    assert row["won_other"] == sum(each[1] for each in sales.values())
    # Movements are converted one on top of the other: a cent of rounding an account.
    assert float(row["expansion_arr"]) == pytest.approx(float(grown), abs=2)
    assert float(row["csm_found"]) == pytest.approx(float(found_csm), abs=2)
    assert float(row["other_found"]) == pytest.approx(float(found_other), abs=2)
    assert row["csm_found"] > 0
    assert row["nrr_without"] == pytest.approx(float((kept - row["csm_found"]) / opening))

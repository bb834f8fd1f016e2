"""The retention workbook: its formulas, computed anew, give the numbers of the pages."""

import random
import re
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.demo import build_demo
from dashboard.exports.workbook import workbook, workbook_frames
from dashboard.filters import Filters
from dashboard.forecasts.questions import ahead, sales
from dashboard.policy import Policy
from dashboard.queries import accounts, bridge, renewals, retention
from dashboard.retention_policy import READY, RetentionPolicy
from dashboard.scenarios import Move, Scenario, applied
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.viewers import members, scope_for, viewer_of
from tests.conftest import build, keep_answers
from tests.exports.spreadsheets import OFFICE, names, read, recomputed, with_number
from tests.factories import (
    AS_OF,
    account,
    churned,
    member,
    movement,
    rate,
    renewal,
    renewed,
    subscription,
)

pytestmark = pytest.mark.skipif(not OFFICE, reason="needs LibreOffice to compute formulas anew")

HOSTILE = [
    "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "<5", "*", "smb", "SMB", "~?", "2026",
    "n/a", "<img src=x onerror=alert(1)>", "a & b &amp; c", "\x07bell\x1f", "_x0041_", " spaced ",
    "two\nlines", "\U0001f600 \u00e9", "<r><b></r>", "ten thousand bytes " * 530, "long " * 10_000,
]  # fmt: skip
RANDOM_SETS = [f"random {number}" for number in range(20)]
FIRST_SETS = RANDOM_SETS[:3]
RANDOM = [
    *FIRST_SETS,
    *(pytest.param(name, marks=pytest.mark.thorough) for name in RANDOM_SETS[3:]),
]
POLICIES = [f"policy {each.name}" for each in READY]
RULES = {
    "annualised": RetentionPolicy(name="A", period="quarter_annualised"),
    "by parent": RetentionPolicy(name="B", level="parent", logo_level="parent"),
    "churn only": RetentionPolicy(name="C", grr="churn_only", fx="actual"),
    "other logos": RetentionPolicy(name="D", level="product", zero_arr_accounts="counted"),
    "large ones": RetentionPolicy(name="E", minimum_arr=Decimal(20_000), nrr="bridge"),
    "of the book": RetentionPolicy(name="F", renewal_base="total_arr"),
    "to date": RetentionPolicy(name="G", period="fiscal_year_to_date", reactivated="excluded"),
}
SMALL = ["two currencies", "empty", "month to month", "hostile", "split"]
SCENARIOS = ["one probability", "a segment", "a band"]


def monthly(number):
    return [
        subscription(
            10 + number,
            account_id=f"a{number}",
            subscription_id=f"s{number} {month}",
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month + 1, 1),
            term_months=1,
        )
        for month in range(1, 11)
    ]


COMPANIES = {
    "two currencies": {
        "accounts": [account("a1"), account("a2", currency="EUR", segment="SMB"), account("a3")],
        "subscriptions": [
            subscription(100),
            subscription(50.55, account_id="a2", currency="EUR"),
            subscription(10, account_id="a3", currency="XXX"),
        ],
        "fx_rates": [rate("EUR", 1.1), rate("EUR", 1.07, date(2026, 3, 1))],
        "renewals": [
            renewal("r1"),
            renewal("r2", account_id="a2", currency="EUR", arr_due=Decimal("50.55")),
            renewal("r3", account_id="a3", currency="XXX"),
            renewal("r4", due_on=date(2030, 1, 1)),
            renewed("r5", date(2026, 5, 2), 120, due_on=date(2026, 5, 1)),
            churned("r6", date(2026, 6, 1), due_on=date(2026, 5, 1), account_id="a2"),
        ],
    },
    "empty": {},
    "month to month": {
        "accounts": [account(f"a{number}") for number in range(8)],
        "subscriptions": [row for number in range(8) for row in monthly(number)],
        "renewals": [
            *(
                renewal(f"r{number}", account_id=f"a{number}", due_on=date(2026, 11, 1))
                for number in range(8)
            ),
            *(
                renewed(
                    f"r{number} {month}",
                    date(2026, month, 1),
                    10 + number,
                    account_id=f"a{number}",
                    due_on=date(2026, month, 1),
                    arr_due=Decimal(10 + number),
                )
                for number in range(8)
                for month in range(2, 11)
            ),
        ],
    },
    "hostile": {
        "accounts": [
            account(f"a{number}", segment=text, account_name=text)
            for number, text in enumerate(HOSTILE)
        ],
        "subscriptions": [
            subscription(100 + number, account_id=f"a{number}") for number in range(len(HOSTILE))
        ],
        "arr_movements": [
            movement(1, "new", date(2024, 1, 1), account_id=f"a{number}", movement_id=f"m{number}")
            for number in range(len(HOSTILE))
        ],
        "renewals": [
            renewal(f"r{number}", account_id=f"a{number}") for number in range(len(HOSTILE))
        ],
    },
}
COMPANIES["split"] = COMPANIES["month to month"]


@pytest.fixture(scope="session")
def demo_60(tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "demo.duckdb"
    build_demo(path, policy=Policy(), as_of=AS_OF, accounts=60)
    return EmbeddedWarehouse(path, Policy())


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Warehouses of ``COMPANIES``."""
    folder = tmp_path_factory.mktemp("companies")
    for name, tables in COMPANIES.items():
        build(folder / f"{name}.duckdb", tables | {"team_members": [member()]}, policy=Policy())
    return {name: EmbeddedWarehouse(folder / f"{name}.duckdb", Policy()) for name in COMPANIES}


def random_filters(warehouse, name):
    """Parts of the book and a policy, the same at every run."""
    draw = random.Random(name)  # noqa: S311 -- no secret
    choices = accounts.filter_choices(warehouse, EVERYTHING, Filters(AS_OF))
    parts = {
        key: tuple(draw.sample(values, draw.randint(0, min(2, len(values)))))
        for (key,), rows in choices.group_by("filter", maintain_order=True)
        for values in [sorted(rows["value"])]
    }
    # Three filters together leave next to nobody.
    csms = () if parts["segment"] and parts["region"] else parts["csm"]
    filters = Filters(AS_OF, None, None, parts["segment"], parts["region"], csms)
    return filters, draw.choice(READY)


@pytest.fixture(scope="session")
def asked(demo_60, small, thorough):
    """Answers of every case; what several ask alike is asked once."""
    with pytest.MonkeyPatch.context() as patch:
        keep_answers(patch)
        return every_case(demo_60, small, RANDOM_SETS if thorough else FIRST_SETS)


def every_case(demo_60, small, random_sets):
    everything = Filters(AS_OF)
    found = {
        f"policy {each.name}": workbook_frames(demo_60, EVERYTHING, everything, policy=each)
        for each in READY
    }
    for name in random_sets:
        filters, policy = random_filters(demo_60, name)
        found[name] = workbook_frames(demo_60, EVERYTHING, filters, policy=policy)
    for name, policy in RULES.items():
        found[name] = workbook_frames(demo_60, EVERYTHING, everything, policy=policy)
    people = members(demo_60, AS_OF)
    email = people.filter(pl.col("role") == "csm", pl.col("left_on").is_null())["email"][0]
    viewer = viewer_of(people, email, AS_OF)
    scope = scope_for(people, viewer, AS_OF, talent=False)
    found["own book"] = workbook_frames(demo_60, scope, everything, viewer=viewer)
    return found | {
        name: workbook_frames(warehouse, EVERYTHING, everything)
        for name, warehouse in small.items()
    }


def typed(book, asked):
    """The cells that each scenario changes, and the scenario as the app knows it."""
    first = asked["policy Board"].renewals.sort("due_on", "renewal_id").row(0, named=True)
    place = {key: names(book)[f"forecast_{key}"].split("$")[1] for key in ("yours", "probability")}
    inputs = {cell.value: ref for ref, cell in read(book)["Scenario inputs"].items()}
    shift = {text: ref.replace("A", "B") for text, ref in inputs.items()}
    by = {"how": "by", "amount": -0.25}
    return {
        "one probability": (("Data forecast", f"{place['yours']}5", 0.125), None),
        "a segment": (
            ("Scenario inputs", shift["Enterprise"], -0.25),
            Scenario(moves=(Move(of="segment", part="Enterprise", **by),)),
        ),
        "a band": (
            ("Scenario inputs", shift["amber"], -0.25),
            Scenario(moves=(Move(of="health_band", part="amber", **by),)),
        ),
    }, first


@pytest.fixture(scope="session")
def books(asked):
    """Every workbook as it is written; those of scenarios with a cell changed."""
    found = {
        name: workbook(frames, most_rows=20 if name == "split" else 1_048_576)
        for name, frames in asked.items()
    }
    changes, _ = typed(found["policy Board"], asked)
    return found | {
        name: with_number(found["policy Board"], *change) for name, (change, _) in changes.items()
    }


@pytest.fixture(scope="session")
def computed(books, tmp_path_factory):
    """The same, computed anew."""
    return recomputed(books, tmp_path_factory.mktemp("recomputed"))


def same(before, after):
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) < 5e-7 * max(1, abs(before))
    return before == after


ALL = [*POLICIES, *RANDOM, *RULES, "own book", *SMALL]


@pytest.mark.parametrize("name", ALL)
def test_every_formula_gives_the_value_that_was_written_beside_it(books, computed, name):
    different = [
        (sheet, ref, cell, computed[name][sheet].get(ref))
        for sheet, cells in read(books[name]).items()
        for ref, cell in cells.items()
        if cell.formula is not None
        and not same(cell.value, getattr(computed[name][sheet].get(ref), "value", None))
    ]

    assert different == []


@pytest.mark.parametrize("name", ALL)
def test_every_check_holds(computed, name):
    assert failed_checks(computed[name]) == []
    assert any(cell.value is True for cell in computed[name]["Check"].values())


def failed_checks(sheets):
    checks = {ref: cell.value for ref, cell in sheets["Check"].items()}
    return [
        checks[ref.replace("C", "A")]
        for ref, value in checks.items()
        if ref.startswith("C") and ref != "C4" and value is not True
    ]


def row_of(sheet, label, nth=0):
    """Cells of the nth row that begins with a label, by column."""
    rows = [ref[1:] for ref, cell in sheet.items() if ref.startswith("A") and cell.value == label]
    number = sorted(rows, key=int)[nth]
    return {
        ref.rstrip("0123456789"): cell.value
        for ref, cell in sheet.items()
        if ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == number
    }


def cents(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


@pytest.mark.parametrize("name", [*POLICIES, *RANDOM])
def test_totals_are_those_of_the_pages(demo_60, asked, computed, name):
    frames, sheets = asked[name], computed[name]
    rules = {"policy": frames.policy}
    ask = (demo_60, EVERYTHING, frames.filters)

    now = retention.by_period(*ask, **rules).tail(1)
    if now.is_empty():
        assert not frames.windows
    else:
        shown = row_of(sheets["Retention"], "Whole book")
        for column, key in (("E", "nrr"), ("F", "grr"), ("I", "logo_retention")):
            expected = now[key][0]
            assert shown[column] == ("n/a" if expected is None else pytest.approx(expected))
        steps = bridge.by_period(*ask, **rules).filter(
            pl.col("period_end_on") == now["period_end_on"][0]
        )
        shown = row_of(sheets["Bridge"], "Whole book")
        assert [cents(shown[each]) for each in "BCDEFGHIJ"] == steps["amount"].to_list()
    due = renewals.due_by_quarter(
        demo_60,
        EVERYTHING,
        frames.filters.window(frames.quarters[0].start_on, frames.quarters[-1].end_on),
    )
    if len(due):
        shown = row_of(sheets["Renewals"], "All quarters")
        assert cents(shown["D"]) == due["arr_due"].sum()
        assert cents(shown["J"]) == due["arr_open"].sum()
    ahead_of_us = ahead.renewals_by_quarter(*ask)
    if len(ahead_of_us):
        shown = row_of(sheets["Forecast"], "All")
        assert cents(shown["F"]) == ahead_of_us["expected"].sum()
        year = sales.year_end(*ask)
        if len(year):
            shown = row_of(sheets["Forecast"], "NRR at the year's end")
            assert shown["C"] == pytest.approx(year["nrr_expected"][0], abs=2e-6)


@pytest.mark.parametrize("name", SCENARIOS[1:])
def test_points_added_to_a_part_change_the_forecast_as_the_app_does(asked, books, computed, name):
    changes, _ = typed(books["policy Board"], asked)
    moved = applied(asked["policy Board"].renewals, changes[name][1])

    before = row_of(read(books["policy Board"])["Forecast"], "All")
    after = row_of(computed[name]["Forecast"], "All")
    assert cents(after["F"]) == moved["expected"].sum() < cents(before["F"])
    assert cents(after["E"]) == cents(before["E"])
    assert failed_checks(computed[name]) == []


def test_a_probability_typed_in_changes_its_renewal_alone(asked, books, computed):
    _, first = typed(books["policy Board"], asked)
    amount = float(first["arr_due"]) * first["expected_share"] * 0.125

    before = row_of(read(books["policy Board"])["Forecast"], "All")
    after = row_of(computed["one probability"]["Forecast"], "All")
    assert after["F"] - before["F"] == pytest.approx(amount - float(first["expected"]), abs=0.006)
    assert after["G"] == pytest.approx(after["F"] - before["F"], abs=0.001)


def test_a_csm_gets_the_own_book_and_nothing_else(demo_60, asked, books):
    frames = asked["own book"]
    shown = read(books["own book"])
    owned = accounts.customers(demo_60, frames.scope, frames.filters)["account_id"]

    listed = {
        cell.value
        for ref, cell in shown["Data customers"].items()
        if ref.startswith("A") and int(ref[1:]) > 4
    }
    assert set(owned) <= listed
    everyone = accounts.customers(demo_60, EVERYTHING, frames.filters)
    foreign = everyone.filter(~pl.col("account_id").is_in(owned.implode()))
    texts = {cell.value for cells in shown.values() for cell in cells.values()}
    assert len(foreign)
    assert not texts & set(foreign["account_id"])
    assert any(frames.viewer.name in str(cell.value) for cell in shown["About"].values())


def test_three_thousand_customers_are_all_there_and_add_up(warehouse_of, tmp_path):
    amounts = [Decimal(number * 37 + 13) / 100 for number in range(3000)]
    warehouse = warehouse_of(
        accounts=[account(f"a{number}") for number in range(3000)],
        subscriptions=[
            subscription(amount, account_id=f"a{number}") for number, amount in enumerate(amounts)
        ],
    )
    book = workbook(workbook_frames(warehouse, EVERYTHING, Filters(AS_OF)))

    shown = recomputed({"large": book}, tmp_path)["large"]
    closing = names(book)["customers_closing_arr"]
    assert closing.endswith(f"${4 + 2 * 3000}")
    tile = retention.by_period(warehouse, EVERYTHING, Filters(AS_OF))["closing_arr"][-1]
    assert cents(row_of(shown["Bridge"], "Whole book")["J"]) == tile == sum(amounts)


def test_text_from_outside_stays_text_and_segments_that_look_alike_stay_apart(books, computed):
    book = read(books["hostile"])
    data = book["Data customers"]
    assert {data[ref].value for ref in data if ref.startswith("B") and int(ref[1:]) > 4} >= {
        text if text != "<r><b></r>" else "<r><b></r> " for text in HOSTILE if len(text) < 32_767
    }
    assert all(data[ref].formula is None for ref in data if ref[0] in "AB")
    assert any(str(cell.value).endswith("(cut: too long for Excel)") for cell in data.values())
    for text in (
        "<5", "*", "smb", "SMB", "2026", "<img src=x onerror=alert(1)>", "a & b &amp; c",
        "\x07bell\x1f", "_x0041_", " spaced ", "\U0001f600 \u00e9",
    ):  # fmt: skip
        shown = row_of(computed["hostile"]["Bridge"], text)
        assert shown["J"] == 100 + HOSTILE.index(text)


def test_rows_beyond_a_sheet_go_on_on_the_next(asked, books, computed):
    sheets = read(books["split"])
    named = [name for name in sheets if name.startswith("Data renewals")]
    assert len(named) > 1
    about = " ".join(str(cell.value) for cell in sheets["About"].values())
    assert f"on {len(named)} sheets" in about
    shown = row_of(computed["split"]["Renewals"], "All quarters")
    assert shown["C"] == len(asked["split"].due)


def test_no_number_is_typed_into_a_formula(books):
    typed_in = {
        formula
        for name in (*POLICIES, *RULES, "split")
        for cells in read(books[name]).values()
        for cell in cells.values()
        if (formula := cell.formula)
        and re.search(r"(?<![\w$.!'])(?!0(?![.\d])|1(?![.\d]))\d", re.sub(r"'[^']*'!", "", formula))
    }

    assert typed_in == set()


def test_what_is_left_out_is_said(books):
    said = [str(cell.value) for cell in read(books["two currencies"])["About"].values()]

    assert any("XXX" in each and "no exchange rate" in each for each in said)
    assert any("1 renewal due before" in each for each in said)


def test_where_a_rule_has_no_formula_the_file_says_so(books):
    said = [str(cell.value) for cell in read(books["other logos"])["About"].values()]
    assert any("Logos are the app's own values" in each for each in said)
    said = [str(cell.value) for cell in read(books["of the book"])["About"].values()]
    assert any("Renewal rates are the app's own values" in each for each in said)


def test_the_same_answers_give_the_same_bytes(asked, books):
    assert workbook(asked["policy Board"]) == books["policy Board"]

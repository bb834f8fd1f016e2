"""What is assumed otherwise: which renewals move, what else stays as it was, and what was saved."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.forecasts.questions import ahead, record, sales
from dashboard.forecasts.questions.ahead import OPEN_RENEWALS
from dashboard.forecasts.simulation import Dispersion
from dashboard.queries.forecast import renewals_seen
from dashboard.scenarios import (
    Move,
    Scenario,
    UnreadableScenarioError,
    applied,
    arr_at_stake,
    churned,
    dispersion_of,
    read,
    saved_scenarios,
    summed,
    year_end,
)
from dashboard.store.base import SavedScenario
from dashboard.store.store import Store
from tests.factories import AS_OF

TODAY = Filters(AS_OF)
Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)


def renewal(renewal_id, **fields):
    """An open renewal of a thousand dollars that renews nine times out of ten, for what it was."""
    return (
        dict.fromkeys(OPEN_RENEWALS)
        | {
            "renewal_id": renewal_id,
            "account_id": renewal_id,
            "account_name": renewal_id.upper(),
            "segment": "Enterprise",
            "health_band": "green",
            "due_on": date(2026, 11, 20),
            "due_quarter": Q4,
            "due_year": date(2026, 1, 1),
            "arr_due": Decimal(1000),
            "probability": 0.9,
            "base_rate": 0.8,
            "expected_share": 1.0,
            "expected": Decimal(900),
        }
        | fields
    )


def rows(*renewals):
    return pl.DataFrame(renewals, schema=OPEN_RENEWALS)


BOOK = rows(
    renewal("a"),
    renewal("b", health_band="red", probability=0.4, expected=Decimal(400)),
    renewal("c", segment="Mid-Market", health_band="red"),
    renewal("d", segment="Mid-Market", health_band=None),
)


def segment(part, how, amount):
    return Move(of="segment", part=part, how=how, amount=amount)


def band(part, how, amount):
    return Move(of="health_band", part=part, how=how, amount=amount)


def probabilities(**assumed):
    moved = applied(BOOK, Scenario(**assumed))
    return dict(zip(moved["renewal_id"], moved["probability"].round(6), strict=True))


@pytest.mark.parametrize(
    ("assumed", "expected"),
    [
        ({}, {}),
        ({"moves": [segment("Enterprise", "by", -0.1)]}, {"a": 0.8, "b": 0.3}),
        ({"moves": [segment("Enterprise", "to", 0.5)]}, {"a": 0.5, "b": 0.5}),
        ({"moves": [band("red", "by", 0.05)]}, {"b": 0.45, "c": 0.95}),
        ({"moves": [band("not scored", "to", 0.0)]}, {"d": 0.0}),
        ({"moves": [band("red", "by", -0.95)]}, {"b": 0.0, "c": 0.0}),
        ({"moves": [band("green", "by", 0.3)]}, {"a": 1.0}),
        # A segment's points and a band's add up; a value comes first, whatever the order.
        (
            {"moves": [segment("Enterprise", "by", -0.1), band("red", "by", -0.1)]},
            {"a": 0.8, "b": 0.2, "c": 0.8},
        ),
        (
            {"moves": [band("red", "by", 0.1), segment("Enterprise", "to", 0.5)]},
            {"a": 0.5, "b": 0.6, "c": 1.0},
        ),
        (
            {"moves": [segment("Enterprise", "to", 0.5), band("red", "to", 0.7)]},
            {"a": 0.5, "b": 0.7, "c": 0.7},
        ),
        ({"moves": [segment("Elsewhere", "to", 0.0)]}, {}),
        ({"saved": ["b"]}, {"b": 1.0}),
        ({"lost": ["a", "d"]}, {"a": 0.0, "d": 0.0}),
        ({"saved": ["a"], "lost": ["a"]}, {"a": 0.0}),
        ({"moves": [segment("Enterprise", "to", 0.1)], "saved": ["a"]}, {"a": 1.0, "b": 0.1}),
    ],
)
def test_a_scenario_moves_what_it_names_and_nothing_else(assumed, expected):
    assert probabilities(**assumed) == {"a": 0.9, "b": 0.4, "c": 0.9, "d": 0.9} | expected


def test_expected_amounts_follow_and_those_not_moved_keep_their_cents():
    odd = rows(
        renewal("moved", arr_due=Decimal("33.33"), expected_share=1.02, expected=Decimal("30.60")),
        renewal("other", segment="Mid-Market", expected=Decimal("899.99")),
    )

    moved = applied(odd, Scenario(moves=(segment("Enterprise", "to", 0.5),)))

    assert moved.select("expected", "base_expected", "change").rows() == [
        (Decimal("17.00"), Decimal("30.60"), Decimal("-13.60")),
        (Decimal("899.99"), Decimal("899.99"), Decimal("0.00")),
    ]
    assert moved["base_probability"].to_list() == [0.9, 0.9]


def test_an_amount_is_a_share_and_a_scenario_without_anything_is_the_forecast():
    with pytest.raises(ValueError, match="less than or equal to 1"):
        segment("Enterprise", "by", -5 + 10)
    assert Scenario(name="n", version=3).is_base
    assert not Scenario(lost=("a",)).is_base


SHARES = pl.DataFrame(
    {
        "segment": ["Enterprise", "Enterprise", "Mid-Market"],
        "place": [1, 2, 1],
        "renewed_share": [0.9, 1.1, 1.0],
    }
)


def test_sums_are_those_of_the_renewals_and_the_last_row_is_of_all():
    book = rows(
        renewal("a", arr_due=Decimal("100.10"), expected=Decimal("90.01")),
        renewal("b", arr_due=Decimal("50.06"), expected=Decimal("45.02"), base_rate=0.5),
        renewal("c", due_quarter=Q1, segment="Mid-Market", expected=Decimal("899.95")),
    )

    found = summed(book, SHARES, Dispersion(), "due_quarter")

    assert found.select("due_quarter", "renewals", "arr_due", "expected").rows() == [
        (Q4, 2, Decimal("150.16"), Decimal("135.03")),
        (Q1, 1, Decimal(1000), Decimal("899.95")),
        (None, 3, Decimal("1150.16"), Decimal("1034.98")),
    ]
    assert found["base_rate_expected"].to_list() == [
        Decimal("105.11"),  # 80.08 and 25.03, each rounded by itself
        Decimal(800),
        Decimal("905.11"),
    ]
    assert (found["low_80"] <= found["low_50"]).all()
    assert (found["low_50"] <= found["high_50"]).all()
    assert (found["high_50"] <= found["high_80"]).all()


@pytest.fixture(scope="module")
def company(demo):
    """Open renewals of the demo company, with what their forecast is simulated from."""
    method = record.method(demo, EVERYTHING, TODAY)
    return (
        ahead.open_renewals(demo, EVERYTHING, TODAY),
        ahead.renewed_shares(demo, EVERYTHING, TODAY),
        dispersion_of(method),
    )


def test_without_a_scenario_the_sums_are_the_forecast_of_the_question(demo, company):
    own = summed(*company, "due_quarter").drop_nulls("due_quarter")
    asked = ahead.renewals_by_quarter(demo, EVERYTHING, TODAY)

    names = ["due_quarter", "arr_due", "low_50", "high_50", "low_80", "high_80"]
    assert_frame_equal(own.select(names), asked.select(names))
    apart = (own["expected"] - asked["expected"]).abs()
    assert max(apart) < Decimal("0.10"), "the renewals' own cents, and no more"


def test_only_what_was_moved_differs(company):
    renewals, shares, dispersion = company
    first = renewals["due_quarter"].min()
    account = renewals.filter(pl.col("due_quarter") == first).sort("arr_due")["account_id"][-1]
    one = renewals.filter(pl.col("account_id") == account)
    quarters = set(one["due_quarter"])

    base = summed(renewals, shares, dispersion, "due_quarter")
    moved = summed(applied(renewals, Scenario(lost=(account,))), shares, dispersion, "due_quarter")

    untouched = pl.col("due_quarter").is_in(quarters).not_()
    assert_frame_equal(moved.filter(untouched), base.filter(untouched))
    assert len(base.filter(untouched)) >= 2
    lost = base["expected"][-1] - moved["expected"][-1]
    assert lost == one["expected"].sum()


def test_a_better_chance_never_brings_less(company):
    renewals, shares, dispersion = company
    ends = []
    for points in (-0.2, -0.05, 0.0, 0.05):
        scenario = Scenario(moves=(segment("Enterprise", "by", points),))
        total = summed(applied(renewals, scenario), shares, dispersion, "due_quarter").row(
            -1, named=True
        )
        ends.append([float(total[name]) for name in ("low_80", "low_50", "expected", "high_80")])

    assert np.all(np.diff(np.array(ends), axis=0) >= 0)


def test_a_scenario_is_answered_while_one_looks(company):
    renewals, shares, dispersion = company
    scenario = Scenario(moves=(segment("Enterprise", "by", -0.1), band("red", "to", 0.3)))
    took = []
    for _ in range(5):
        began = time.thread_time()
        summed(applied(renewals, scenario), shares, dispersion, "due_quarter")
        took.append(time.thread_time() - began)

    assert len(renewals) > 250
    assert min(took) < 0.3


def test_half_a_cent_at_stake_goes_up_as_it_does_in_a_spreadsheet():
    probabilities = [0.993105, 0.85485, 0.75621, 0.999999]
    amounts = [Decimal(15_000), Decimal(5_900), Decimal(4_500), Decimal("0.10")]
    rows = pl.DataFrame(
        {"arr_due": amounts, "probability": probabilities},
        schema={"arr_due": pl.Decimal(38, 2), "probability": pl.Float64},
    )

    lost = rows.select(arr_at_stake()).to_series().to_list()

    # 15,000 times 0.006895 is 103.425, and in binary fractions a little less.
    assert lost == [Decimal(each) for each in ("103.43", "856.39", "1097.06", "0.00")]


def test_churn_is_arr_of_whole_renewals_whatever_the_others_renew_for(company):
    renewals, shares, dispersion = company

    found = churned(renewals, shares, dispersion, "segment")

    at_stake = renewals.group_by("segment").agg(arr_at_stake().sum()).sort("segment")
    assert found["churn"].to_list()[:-1] == at_stake["arr_due"].to_list()
    assert found["churn"][-1] == sum(found["churn"].to_list()[:-1])
    for low, high in (("low_80", "high_80"), ("low_50", "high_50")):
        assert (found[low] <= found["churn"]).all()
        assert (found["churn"] <= found[high]).all()
    assert (found["high_80"] <= found["arr_due"]).all()
    base = renewals.select(
        (pl.col("arr_due").cast(pl.Float64) * (1 - pl.col("base_rate"))).sum()
    ).item()
    assert float(found["base_rate_churn"][-1]) == pytest.approx(base, abs=len(renewals) * 0.01)


def test_the_years_end_moves_by_what_renewals_of_its_customers_bring(demo, company):
    renewals, shares, dispersion = company
    known = sales.year_end(demo, EVERYTHING, TODAY)
    expansion = sales.expansion_by_quarter(demo, EVERYTHING, TODAY)
    since = pl.col("snapshot_on") - pl.duration(days="tenure_days")
    customers = renewals_seen(demo, EVERYTHING, TODAY, quarters=0).filter(
        since < known["period_start_on"][0]
    )["renewal_id"]
    own = renewals.filter(pl.col("renewal_id").is_in(customers.implode()))

    def under(scenario):
        rows = applied(own, scenario)
        return year_end(known, rows, shares, dispersion, expansion, day=AS_OF).row(0, named=True)

    base, known_row = under(Scenario()), known.row(0, named=True)
    for name in ("expected", "low_50", "high_50", "low_80", "high_80"):
        assert base[f"nrr_{name}"] == pytest.approx(known_row[f"nrr_{name}"], abs=1e-6)
    due = own.filter(pl.col("due_quarter") < known["period_end_on"][0]).sort("arr_due")
    worst = under(Scenario(lost=(due["account_id"][-1],)))
    of_account = due.filter(pl.col("account_id") == due["account_id"][-1])
    fall = float(of_account["expected"].sum()) / float(known_row["opening_arr"])
    assert base["nrr_expected"] - worst["nrr_expected"] == pytest.approx(fall, abs=1e-6)
    later = own.filter(pl.col("due_quarter") >= known["period_end_on"][0])["account_id"]
    only_later = sorted(set(later) - set(due["account_id"]))
    assert only_later
    assert under(Scenario(lost=tuple(only_later)))["nrr_expected"] == base["nrr_expected"]


# ------------------------------------------------------------------ kept under a name
SCENARIO = Scenario(
    moves=(segment("Enterprise", "by", -0.1), band("red", "to", 0.25)), saved=("a",), lost=("b",)
)


def stored(definition, name="Enterprise slips"):
    moment = datetime(2026, 10, 31, 9, tzinfo=UTC)
    return SavedScenario(
        name=name,
        version=2,
        definition=definition,
        parameters="{}",
        as_of=AS_OF,
        saved_by="m1@example.com",
        saved_at=moment,
        withdrawn=None,
    )


def test_a_saved_scenario_is_read_with_its_name_version_and_day():
    definition = SCENARIO.model_dump_json(exclude={"name", "version", "as_of"})

    found = read(stored(definition))

    assert found == SCENARIO.model_copy(
        update={"name": "Enterprise slips", "version": 2, "as_of": AS_OF}
    )


@pytest.mark.parametrize(
    "definition",
    [
        '{"weather": "bad"}',
        "[]",
        '{"moves": [{"of": "region", "part": "x", "how": "by", "amount": 0}]}',
    ],
)
def test_a_scenario_of_another_version_of_the_app_is_refused(definition):
    with pytest.raises(UnreadableScenarioError, match="Enterprise slips assumes"):
        read(stored(definition))


def test_the_list_leaves_out_what_this_version_cannot_read(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'app.sqlite'}")
    at = datetime(2026, 10, 31, 9, tzinfo=UTC)
    for name, definition in (("good", SCENARIO.model_dump_json()), ("odd", '{"weather": 1}')):
        store.save_scenario(
            name, definition, "{}", AS_OF, on_top_of=None, by="m1", at=at, token=name
        )

    assert list(saved_scenarios(store)) == ["good"]
    assert saved_scenarios(store)["good"].moves == SCENARIO.moves
    store.close()

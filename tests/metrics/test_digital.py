from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import behaviours, digital, trials
from dashboard.queries.behaviours import BY_COHORT, COHORTS
from dashboard.queries.digital import BY_MONTH, EFFECTS


def rows(schema: pl.Schema, *given: dict) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=schema)


MONTHS = rows(
    BY_MONTH,
    {"program": "A", "arm": "test", "messages": 12, "settled": 10, "identified": 9, "reached": 6,
     "reached_acted": 3, "acted": 4},
    {"program": "A", "arm": "control", "messages": 5, "settled": 5, "identified": 5, "acted": 5},
)  # fmt: skip


def test_a_control_arm_is_in_no_reach_and_no_effect():
    assert digital.messages(MONTHS) == 12
    assert digital.identified(MONTHS) == 0.9
    assert digital.reach(MONTHS) == 0.6
    assert digital.effect(MONTHS) == 0.5
    control = MONTHS.filter(pl.col("arm") == "control")
    assert digital.messages(control) == 0
    assert digital.reach(control) is None
    assert digital.effect(control) is None
    (share,) = digital.shares(MONTHS, "reached", "settled", "program").iter_rows(named=True)
    assert (share["n"], share["value"]) == (10, 0.6)
    assert 0 < share["low"] < 0.6 < share["high"] < 1


def test_a_share_is_another_where_the_difference_has_no_zero():
    lower = MONTHS.with_columns(reached=pl.lit(0, pl.Int64))
    assert digital.is_another(MONTHS, lower, "reached", "settled")
    assert not digital.is_another(MONTHS, MONTHS, "reached", "settled")
    assert not digital.is_another(MONTHS, MONTHS.clear(), "reached", "settled")


TEST = {"program": "A", "arm": "test", "response": "acted", "accounts": 80, "settled": 70,
        "acted": 56, "measured": 60, "users_before": 100.0, "users_after": 110.0,
        "expansion_arr": Decimal(7)}  # fmt: skip
CONTROL = {"program": "A", "arm": "control", "response": "acted", "accounts": 90, "settled": 80,
           "acted": 48, "measured": 60, "users_before": 5.0, "users_after": 9.0,
           "expansion_arr": Decimal(9)}  # fmt: skip
BOTH = CONTROL | {"arm": "both arms", "accounts": 3}


def test_what_came_after_acting_leaves_the_control_arm_out():
    effects = rows(EFFECTS, TEST, CONTROL, BOTH)
    assert digital.accounts_acted(effects) == 56
    assert digital.users_change(effects) == pytest.approx(0.1)
    assert digital.expansion_after(effects) == 7
    assert digital.users_change(rows(EFFECTS, CONTROL)) is None
    assert (trials.tested(effects), trials.controlled(effects)) == (80, 90)
    assert trials.in_both_arms(effects) == 3


def test_test_minus_control_is_newcombes_example():
    """56 of 70 against 48 of 80, Newcombe 1998."""
    other = {"program": "B", "arm": "test", "settled": 9, "acted": 9}
    (row,) = trials.compared(rows(EFFECTS, TEST, CONTROL, BOTH, other), "acted", 0.1).iter_rows(
        named=True
    )
    assert (row["test"], row["test_accounts"], row["control"], row["control_accounts"]) == (
        56, 70, 48, 80,
    )  # fmt: skip
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=6e-5)
    assert row["adjusted"] == row["probability"] < 0.05
    assert row["needed"] == pytest.approx(354, abs=1)  # 60 % against 70 %.


def test_programmes_are_adjusted_for_their_number():
    other = [row | {"program": "B"} for row in (TEST, CONTROL)]
    found = trials.compared(rows(EFFECTS, TEST, CONTROL, *other), "acted", 0.1)
    assert found["adjusted"].to_list() == pytest.approx((2 * found["probability"]).to_list())
    assert trials.compared(rows(EFFECTS), "renewed", 0.1).is_empty()


BEHAVIOUR = {"behaviour": "API", "cohort_on": date(2025, 1, 1), "renewal_early": 70,
             "renewal_early_renewed": 56, "renewal_rest": 80, "renewal_rest_renewed": 48,
             "expansion_early": 0, "expansion_rest": 3}  # fmt: skip
YEARS = [
    BEHAVIOUR | {"renewal_early": 30, "renewal_early_renewed": 26, "cohort_on": date(2024, 1, 1)},
    BEHAVIOUR | {"renewal_early": 40, "renewal_early_renewed": 30, "renewal_rest": 0,
                 "renewal_rest_renewed": 0},
]  # fmt: skip


def test_the_lift_of_a_behaviour_pools_the_years():
    found = behaviours.lifts(rows(BY_COHORT, *YEARS), "renewal")
    (row,) = found.iter_rows(named=True)
    assert (row["value"], row["low"], row["high"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=6e-5)
    assert row["ratio"] == pytest.approx(4 / 3)
    assert 1 < row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert behaviours.lifts(rows(BY_COHORT, *YEARS), "expansion").is_empty()


def test_behaviours_are_adjusted_for_their_number_and_the_largest_comes_first():
    other = BEHAVIOUR | {"behaviour": "Report", "renewal_early_renewed": 70}
    found = behaviours.lifts(rows(BY_COHORT, BEHAVIOUR, other), "renewal")
    assert found["behaviour"].to_list() == ["Report", "API"]
    assert found["adjusted"][1] == found["probability"][1]
    assert found["adjusted"][0] == pytest.approx(2 * found["probability"][0])


def test_a_year_without_one_side_shows_the_other():
    found = behaviours.by_year(rows(BY_COHORT, *YEARS), "API", "renewal")
    assert found.select("name", "group", "n").rows() == [
        ("2024", "early", 30),
        ("2024", "not early", 80),
        ("2025", "early", 40),
    ]
    assert found["value"][1] == 0.6


def test_who_is_looked_at():
    cohorts = rows(
        COHORTS,
        {
            "accounts": 9,
            "too_young": 2,
            "left_before": 1,
            "renewal_counted": 5,
            "expansion_counted": 4,
        },
    )
    assert behaviours.looked_at(cohorts) == 6
    assert behaviours.renewals_decided(cohorts) == 5
    assert behaviours.old_enough_to_expand(cohorts) == 4

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts.forecast import STEPS
from dashboard.forecasts.questions.ahead import OPEN_RENEWALS
from dashboard.forecasts.questions.sales import YEAR_END
from dashboard.metrics import forecast as metrics
from dashboard.queries.calls import BETWEEN


def renewals(*rows: dict[str, object]) -> pl.DataFrame:
    usual = {
        "segment": "Enterprise",
        "arr_due": Decimal(1000),
        "probability": 0.9,
        "base_rate": 0.8,
        "expected_share": 1.1,
        "expected": Decimal(990),
    }
    return pl.DataFrame(
        [dict.fromkeys(OPEN_RENEWALS) | usual | row for row in rows], schema=OPEN_RENEWALS
    )


def test_what_is_due_expected_and_lost_are_sums_over_the_renewals():
    book = renewals({}, {"arr_due": Decimal("0.30"), "expected": Decimal("0.25")})

    assert metrics.arr_due(book) == Decimal("1000.30")
    assert metrics.expected(book) == Decimal("990.25")
    assert metrics.expected_loss(book) == Decimal("10.05")
    assert metrics.base_rate(book) == Decimal("880.26")


def test_renewals_that_are_expected_to_grow_lose_less_than_nothing():
    assert metrics.expected_loss(renewals({"expected": Decimal(1050)})) == -50


def test_a_call_is_its_amount_or_else_its_probability_and_some_have_none():
    book = renewals(
        {"csm_amount": Decimal(700), "csm_likelihood": 0.1},
        {"csm_amount": Decimal(0), "csm_likelihood": 0.5},
        {"csm_likelihood": 0.25},
        {"arr_due": Decimal(7000), "csm_category": "commit"},
    )

    assert metrics.with_calls(book)["called_amount"].to_list() == [700, 0, 250, None]
    assert metrics.called(book) == 950
    assert metrics.called_share(book) == 0.3


def test_nobody_s_call_is_unknown_and_covers_nothing():
    assert metrics.called(renewals({}, {})) is None
    assert metrics.called_share(renewals({})) == 0
    assert metrics.called_share(renewals()) is None


def test_the_year_end_is_not_defined_without_customers():
    assert metrics.year_end_nrr(YEAR_END.to_frame()) is None
    year = pl.DataFrame([dict.fromkeys(YEAR_END) | {"nrr_expected": 1.04}], schema=YEAR_END)
    assert metrics.year_end_nrr(year) == 1.04


# ------------------------------------------------------------------ from one call to another
def called(kind, before=None, after=None, amounts=(100, 100), **fields) -> dict[str, object]:
    """A renewal with its category on each day, ``None`` where there is no call."""
    opening, closing = (
        None if category is None else Decimal(amount)
        for category, amount in zip((before, after), amounts, strict=True)
    )
    return (
        dict.fromkeys(BETWEEN)
        | {
            "renewal_id": kind,
            "due_on": date(2026, 12, 1),
            "change_kind": kind,
            "opening_category": before,
            "closing_category": after,
            "opening_amount": opening,
            "closing_amount": closing,
            "change_amount": (closing or Decimal(0)) - (opening or Decimal(0)),
        }
        | fields
    )


ROWS = pl.DataFrame(
    [
        called("won", "commit"),
        called("lost", "at_risk"),
        called("slipped", "best_case"),
        called("new", None, "commit", (0, 40)),
        called("re-classified", "best_case", "commit", (70, 90)),
        called("re-classified", "commit", "at_risk", (60, 20), renewal_id="down"),
        called("amount changed", "commit", "commit", (50, 55)),
        called("unchanged", "commit", "commit", (10, 10)),
    ],
    schema=BETWEEN,
)


def bridge(category=None) -> dict[str, Decimal]:
    return dict(metrics.call_bridge(metrics.call_steps(ROWS, category), list(STEPS)))


def test_the_steps_of_every_call_lead_from_one_day_to_the_other():
    steps = bridge()

    assert steps == {
        "opening": 490,
        "won": -100,
        "lost": -100,
        "slipped": -100,
        "re-classified": -20,
        "amount changed": 5,
        "new": 40,
        "closing": 215,
    }
    assert list(steps) == [step for step in STEPS if step in steps]


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (
            "commit",
            {
                "opening": 220,
                "won": -100,
                "re-classified": 90 - 60,
                "amount changed": 5,
                "new": 40,
                "closing": 195,
            },
        ),
        ("best_case", {"opening": 170, "slipped": -100, "re-classified": -70, "closing": 0}),
        ("at_risk", {"opening": 100, "lost": -100, "re-classified": 20, "closing": 20}),
        ("omitted", {"opening": 0, "closing": 0}),
    ],
)
def test_of_one_category_a_call_that_enters_or_leaves_it_is_re_classified(category, expected):
    assert bridge(category) == expected


@pytest.mark.parametrize("category", [None, "commit", "best_case", "at_risk", "omitted"])
def test_steps_and_the_rows_behind_them_sum_to_the_difference(category):
    rows = metrics.call_steps(ROWS, category)
    steps = dict(metrics.call_bridge(rows, list(STEPS)))

    moved = sum(amount for step, amount in steps.items() if step not in {"opening", "closing"})
    assert steps["opening"] + moved == steps["closing"]
    for step, amount in steps.items():
        column, part = (
            (step, rows)
            if step in {"opening", "closing"}
            else ("step_amount", rows.filter(pl.col("step") == step))
        )
        assert (part[column].sum() or 0) == amount


def test_a_standing_call_of_the_category_keeps_its_amount_s_kind():
    rows = metrics.call_steps(ROWS, "commit")

    assert dict(rows.select("renewal_id", "step").iter_rows())["unchanged"] == "unchanged"
    assert dict(rows.select("renewal_id", "step").iter_rows())["down"] == "re-classified"
    assert "lost" not in rows["renewal_id"]

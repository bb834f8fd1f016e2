"""Model, base rate and record: what a day may know, when the model speaks, and small companies."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dashboard.forecasts import backtest, scenarios
from dashboard.forecasts.base_rates import base_rates
from dashboard.forecasts.dispersion import PRIOR, Outcome, fit_dispersion
from dashboard.forecasts.method import methods
from dashboard.forecasts.renewal_model import fit, reasons
from tests.forecasts.rows import NO_TERMS, company, frame, seen

DAY = date(2026, 4, 1)


def last(found):
    return found[max(found)]


def test_base_rates_by_hand():
    rows = frame(
        [
            seen("1", DAY, DAY, status="renewed", renewed_share=1.2),
            seen("2", DAY, DAY, status="renewed", renewed_share=0.8),
            seen("2", DAY - timedelta(days=91), DAY, status="renewed", renewed_share=0.8),
            seen("3", DAY, DAY, status="churned", segment="Mid"),
        ]
    )
    found = base_rates(rows)
    assert (found.decided, found.lost) == (3, 1)
    company_rate = (2 + 20 * 0.9) / (3 + 20)
    assert found.company == pytest.approx(company_rate)
    assert found.by_segment["Enterprise"] == pytest.approx((2 + 20 * company_rate) / 22)
    assert found.by_segment["Mid"] == pytest.approx((0 + 20 * company_rate) / 21)
    assert found.rate(pl.Series(["nowhere"])).tolist() == [pytest.approx(company_rate)]
    assert found.company_shares.mean() == pytest.approx(1.0)
    assert found.shares_of("Enterprise").mean() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "No renewal was decided yet"),
        ([seen("1", DAY, DAY, status="renewed")], "1 renewals were decided, 0 of them lost"),
        ([seen(f"{n}", DAY, DAY, status="renewed") for n in range(200)], "0 of them lost"),
        ([seen(f"{n}", DAY, DAY, status="churned") for n in range(200)], "200 of them lost"),
    ],
)
def test_too_little_to_learn_from_is_said_and_base_rates_are_used(rows, says):
    model = fit(frame(rows))
    assert says in model.reason
    ahead = frame([seen("x", DAY, DAY, overall_score=5.0, segment="new")])
    assert 0 < model.probability(ahead)[0] < 1
    assert reasons(model, ahead).rows() == [(None, None)]


def test_one_segment_without_health_or_calls_is_fitted_all_the_same():
    rows = company(tells=False, segments=("only",)).with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("overall_score", "overall_change", "nps")
    )
    found = last(methods(rows, NO_TERMS))
    forecast = found.forecast(rows)
    assert not found.uses_model
    assert "base rate" in found.reason
    assert (forecast["probability"] == forecast["base_rate"]).all()


def test_health_that_tells_is_used_and_said():
    rows = company()
    found = last(methods(rows, NO_TERMS))
    assert found.uses_model
    assert "beats the base rate's" in found.reason
    forecast = found.forecast(rows).sort("overall_score")
    chance = forecast["probability"].to_numpy()
    assert chance[:10].mean() < 0.6
    assert chance[-10:].mean() > 0.95
    said = reasons(found.model, forecast)
    assert said["pushed_down"][0].startswith(f"health score {forecast['overall_score'][0]:.0f}")
    assert said["pushed_up"][-1].startswith(f"health score {forecast['overall_score'][-1]:.0f}")


def test_health_that_tells_nothing_leaves_the_base_rate():
    rng = np.random.default_rng(5)
    rows = company(tells=False, seed=2)
    noise = rows.with_columns(overall_score=pl.Series(rng.uniform(10, 90, len(rows))))
    found = last(methods(noise, NO_TERMS))
    forecast = found.forecast(noise)
    kept = abs(forecast["modelled"] - forecast["base_rate"]).max()
    assert not found.uses_model or kept < 0.1


def test_probabilities_come_true():
    rows = company(seed=3, a_quarter=120)
    found = methods(rows, NO_TERMS)
    past = backtest.past_forecasts(found, rows, max(found))
    groups = backtest.calibration(past)
    assert groups["forecasts"].sum() == len(past)
    assert (groups["probability"] - groups["renewed"]).abs().max() < 0.12
    assert groups["renewed"][0] < 0.75
    assert groups["renewed"][-1] > 0.95


def test_an_earlier_day_says_the_same_whatever_came_after_it():
    """The walk over past days at the end speaks like one that ended on the day."""
    rows = company()
    days = sorted(set(rows["snapshot_on"]))
    then = days[6]
    unknown = pl.col("closed_on") > then
    cut = rows.filter(pl.col("snapshot_on") <= then).with_columns(
        pl.when(unknown).then(pl.lit("open")).otherwise("status").alias("status"),
        *(
            pl.when(unknown).then(None).otherwise(name).alias(name)
            for name in ("closed_on", "arr_renewed", "renewed_share")
        ),
    )
    outcome = ["status", "closed_on", "arr_renewed", "renewed_share"]
    early, late = methods(cut, NO_TERMS)[then], methods(rows, NO_TERMS)[then]
    assert_frame_equal(early.forecast(cut).drop(outcome), late.forecast(rows).drop(outcome))
    assert (early.uses_model, early.reason) == (late.uses_model, late.reason)
    assert early.dispersion == late.dispersion
    assert early.dispersion != PRIOR


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_decides_nothing(random):
    rows = company(days=6, a_quarter=25)
    order = list(range(len(rows)))
    random.shuffle(order)
    mixed = rows[order]
    one, other = last(methods(rows, NO_TERMS)), last(methods(mixed, NO_TERMS))
    assert_frame_equal(one.forecast(rows), other.forecast(mixed))
    assert one.dispersion == other.dispersion


def test_short_terms_follow_the_curve_and_teach_the_model_nothing():
    rows = company()
    short = [
        seen(
            f"short {n}",
            DAY,
            DAY + timedelta(days=20),
            is_short_term=True,
            term_months=1,
            tenure_days=tenure,
            overall_score=1.0,
        )
        for n, tenure in enumerate((11, 700))
    ]
    both = pl.concat([rows, frame(short)])
    found = methods(both, NO_TERMS)[DAY]
    forecast = found.forecast(both).filter("is_short_term").sort("tenure_days")
    curve = found.survival.curve(1)
    expected = [1 - float(curve.hazard(1)), 1 - float(curve.hazard(round(720 / 30.4375)))]
    assert forecast["probability"].to_list() == pytest.approx(expected, abs=1e-6)
    assert found.model.base.decided == methods(rows, NO_TERMS)[DAY].model.base.decided


def result(residual, *, held, quarter=date(2025, 1, 1), segment="s", day=date(2025, 1, 1)):
    return Outcome(
        day=day,
        quarter=quarter,
        year=date(2025, 1, 1),
        segment=segment,
        residual=residual,
        variance=100.0,
        shock_size=20.0,
        held=held,
    )


def test_outcomes_farther_than_coins_widen_and_nearer_ones_narrow_the_ranges():
    quarters = [date(2020 + n // 4, 3 * (n % 4) + 1, 1) for n in range(20)]
    far = [result(30.0 * (-1) ** n, held=False, quarter=q) for n, q in enumerate(quarters)]
    near = [result(1.0 * (-1) ** n, held=True, quarter=q) for n, q in enumerate(quarters)]
    assert fit_dispersion([]) == PRIOR
    assert fit_dispersion(near).coins < 0.85
    assert fit_dispersion(far).coins > 1.3
    assert fit_dispersion(far).quarters == 20


def test_segments_that_miss_together_are_correlated():
    quarters = [date(2020 + n // 4, 3 * (n % 4) + 1, 1) for n in range(20)]
    alike = [
        result(15.0 * (-1) ** n, held=True, quarter=q, segment=name, day=q)
        for n, q in enumerate(quarters)
        for name in "ab"
    ]
    opposed = [
        result(15.0 * (-1) ** n * sign, held=True, quarter=q, segment=name, day=q)
        for n, q in enumerate(quarters)
        for name, sign in (("a", 1), ("b", -1))
    ]
    assert fit_dispersion(alike).quarter > 2 * PRIOR.quarter
    assert fit_dispersion(opposed).quarter < PRIOR.quarter


def shares_of(found, segments):
    return pl.concat(
        pl.DataFrame(
            {
                "segment": [name] * 100,
                "place": range(1, 101),
                "renewed_share": found.model.base.shares_of(name),
            }
        )
        for name in segments
    )


def test_sums_of_segments_are_the_sums_of_quarters_and_scenarios_move_them():
    rows = company()
    found = last(methods(rows, NO_TERMS))
    forecast = found.forecast(rows)
    shares = shares_of(found, ("Enterprise", "Mid"))
    whole = scenarios.by_quarter(forecast, shares, found.dispersion)
    parts = scenarios.by_segment(forecast, shares, found.dispersion)
    assert parts["arr_due"].sum() == whole["arr_due"].sum() == forecast["arr_due"].sum()
    assert float(parts["expected"].sum()) == pytest.approx(float(whole["expected"].sum()), abs=0.1)
    assert float(whole["expected"].sum()) == pytest.approx(forecast["expected"].sum(), abs=0.1)
    for low, high in (
        ("low_80", "low_50"),
        ("low_50", "expected"),
        ("expected", "high_50"),
        ("high_50", "high_80"),
    ):
        assert (parts[low] <= parts[high]).all()

    account = forecast.sort("arr_due")["account_id"][-1]
    amount = forecast.filter(account_id=account)["arr_due"].sum()
    lost = scenarios.moved(forecast, lost=[account])
    saved = scenarios.moved(forecast, saved=[account])
    sums = [
        scenarios.by_quarter(each, shares, found.dispersion)["expected"].sum()
        for each in (lost, forecast, saved)
    ]
    assert sums == sorted(sums)
    assert float(sums[2] - sums[0]) == pytest.approx(float(amount), rel=0.1)
    lower = scenarios.moved(forecast, by_segment={"Mid": -0.1})
    after = scenarios.by_segment(lower, shares, found.dispersion)
    changed = after["expected"] < parts["expected"]
    assert changed.to_list() == [name == "Mid" for name in parts["segment"]]
    assert scenarios.moved(forecast, by_band={"not scored": 5.0})["probability"].max() == 1.0


def test_the_record_compares_with_base_rate_and_calls_on_the_same_renewals():
    day, quarter = date(2026, 1, 1), date(2025, 7, 1)
    rows = frame(
        [
            seen(
                "kept",
                quarter,
                date(2025, 7, 10),
                status="renewed",
                csm_likelihood=0.8,
                csm_amount=Decimal(90),
            ),
            seen("gone", quarter, date(2025, 8, 10), status="churned", csm_likelihood=0.4),
            seen("uncalled", quarter, date(2025, 8, 20), status="renewed"),
            seen("open", quarter, date(2025, 9, 20)),
            seen("open", day, date(2025, 12, 1)),
        ]
    )
    found = methods(rows, NO_TERMS)
    past = backtest.past_forecasts(found, rows, day)
    assert past["renewal_id"].to_list() == ["gone", "kept", "uncalled"]
    cells = backtest.by_segment(found, past)
    row = cells.row(0, named=True)
    assert (row["renewals"], row["arr_due"], row["actual"]) == (3, 300, 200)
    assert row["base_rate_expected"] == pytest.approx(3 * 90)
    assert row["calls_expected"] == pytest.approx(90 + 40 + 90)
    assert row["called_share"] == pytest.approx(2 / 3)
    record = backtest.record(past, cells)
    assert record.forecasts == 3
    assert record.called == 2
    assert record.brier_base_rate == pytest.approx((0.01 + 0.81 + 0.01) / 3)
    assert record.brier_calls == pytest.approx((0.04 + 0.16) / 2)
    assert record.brier_of_called == pytest.approx((0.01 + 0.81) / 2)
    assert record.arr_error_calls == pytest.approx(20 / 200)
    assert record.arr_error == pytest.approx(70 / 200)

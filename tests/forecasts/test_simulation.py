"""Distributions by simulation: hand-computed moments, shocks shared, nothing by luck."""

import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.forecasts.simulation import FEW, Cell, Dispersion, ranges, simulate

INDEPENDENT = Dispersion(coins=1.0, quarter=0.0, year=0.0)
ONE = np.array([1.0])


def part(amounts, chances, shares=ONE, quarter=date(2026, 1, 1), segment="s"):
    return Cell(
        quarter=quarter,
        year=date(quarter.year, 1, 1),
        segment=segment,
        amounts=np.array(amounts, dtype=float),
        probabilities=np.array(chances, dtype=float),
        shares=np.array(shares, dtype=float),
    )


def test_mean_and_variance_of_coins_by_hand():
    each = part([100.0, 50.0], [0.9, 0.5], shares=[0.8, 1.2])
    assert each.expected == pytest.approx(90 + 25)
    # Shares have mean 1 and mean square 1.04.
    assert each.coin_variance == pytest.approx(100**2 * (0.9 * 1.04 - 0.81) + 50**2 * (0.52 - 0.25))
    drawn = simulate([each], INDEPENDENT, draws=40_000)[:, 0]
    assert drawn.mean() == pytest.approx(115)
    assert drawn.var() == pytest.approx(each.coin_variance, rel=0.05)


def test_shocks_keep_probabilities_and_move_segments_and_quarters_together():
    amounts, chances = np.ones(200), np.full(200, 0.8)
    parts = [
        part(amounts, chances, segment="a"),
        part(amounts, chances, segment="b"),
        part(amounts, chances, segment="a", quarter=date(2026, 4, 1)),
        part(amounts, chances, segment="a", quarter=date(2027, 1, 1)),
    ]
    drawn = simulate(parts, Dispersion(1.0, quarter=0.05, year=0.05), draws=20_000)
    assert drawn.mean(axis=0) == pytest.approx(160, abs=0.01)
    together = np.corrcoef(drawn.T)[0]
    assert together[1] > together[2] + 0.1 > 0.3
    assert abs(together[3]) < 0.03
    whole = drawn[:, [0, 2]].sum(axis=1)
    alone = simulate(parts, INDEPENDENT, draws=20_000)[:, [0, 2]].sum(axis=1)
    assert whole.std() > 2 * alone.std()


def test_coins_narrow_and_widen_the_range():
    each = part(np.ones(50), np.full(50, 0.8))
    widths = []
    for coins in (0.5, 1.0, 2.0):
        found = ranges(simulate([each], Dispersion(coins, 0.0, 0.0))[:, 0])
        widths.append(found["high_80"] - found["low_80"])
    assert widths[0] < 0.6 * widths[1] < 0.36 * widths[2]


def test_many_renewals_have_the_spread_of_as_many_coins():
    rng = np.random.default_rng(3)
    chances = rng.uniform(0.6, 0.99, 2 * FEW)
    amounts = rng.lognormal(4, 1, 2 * FEW)
    each = part(amounts, chances, shares=[0.9, 1.1])
    drawn = simulate([each], INDEPENDENT, draws=20_000)[:, 0]
    assert drawn.std() == pytest.approx(np.sqrt(each.coin_variance), rel=0.03)


CELLS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.0, 1.0)), min_size=1, max_size=6),
        st.sampled_from([date(2026, 1, 1), date(2026, 4, 1)]),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[1:],
)


@given(CELLS, st.floats(0.5, 2.0), st.floats(0, 0.2), st.floats(0, 0.2))
@settings(deadline=None, max_examples=40)
def test_ranges_are_nested_repeatable_and_never_below_nothing(cells, coins, quarter, year):
    parts = [part(*zip(*rows, strict=True), quarter=on, segment=name) for rows, on, name in cells]
    dispersion = Dispersion(coins, quarter, year)
    drawn = simulate(parts, dispersion, draws=300)
    assert (drawn >= 0).all()
    assert (drawn == simulate(parts, dispersion, draws=300)).all()
    found = ranges(drawn.sum(axis=1))
    ends = [found[name] for name in ("low_80", "low_50", "expected", "high_50", "high_80")]
    assert ends == sorted(ends)
    # The order in which parts are given decides nothing.
    assert (simulate(parts[::-1], dispersion, draws=300)[:, ::-1] == drawn).all()


def test_a_renewal_keeps_its_luck_when_another_is_moved():
    before = part([10.0, 1000.0], [0.5, 0.7])
    after = part([10.0, 1000.0], [0.5, 0.71])
    one, other = (simulate([each], INDEPENDENT)[:, 0] for each in (before, after))
    differs = np.abs((other - other.mean()) - (one - one.mean())) > 100
    assert 0 < differs.mean() < 0.03


def test_a_company_of_five_hundred_renewals_answers_in_time():
    rng = np.random.default_rng(1)
    parts = [
        part(
            rng.lognormal(10, 1, 42),
            rng.uniform(0.5, 0.99, 42),
            np.linspace(0.7, 1.3, 100),
            date(2026, month, 1),
            name,
        )
        for month in (1, 4, 7, 10)
        for name in "abc"
    ]
    simulate(parts, Dispersion())
    took = []
    for _ in range(3):
        began = time.process_time()
        simulate(parts, Dispersion())
        took.append(time.process_time() - began)
    assert min(took) < 0.3

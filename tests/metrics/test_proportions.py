"""Intervals against the examples that the methods were published with."""

import pytest

from dashboard.metrics.proportions import difference, fisher, holm, needed, ratio, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_has_the_score_interval_of_newcombe_1998(part, whole, low, high):
    """Table I of *Two-sided confidence intervals for the single proportion*, method 3."""
    found = wilson(part, whole)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.value == part / whole


def test_a_share_of_all_or_of_nothing_ends_where_shares_end():
    assert wilson(20, 20).high == 1
    assert wilson(0, 20).low == 0
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1),
        ((10, 10), (0, 10), 0.6075, 1),
    ],
)
def test_a_difference_has_the_interval_of_newcombe_1998(one, other, low, high):
    """Table II of *Interval estimation for the difference between independent proportions*."""
    found = difference(*one, *other)
    assert found.value == pytest.approx(one[0] / one[1] - other[0] / other[1])
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    turned = difference(*other, *one)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert found.has_zero == (low <= 0)


def test_a_difference_from_nothing_is_none():
    assert difference(0, 0, 1, 2) is None
    assert difference(1, 2, 0, 0) is None


def test_a_ratio_is_that_of_scipy():
    from scipy.stats.contingency import relative_risk  # noqa: PLC0415

    for one, other in (((56, 70), (48, 80)), ((9, 10), (3, 10)), ((5, 5), (2, 9))):
        expected = relative_risk(*one, *other)
        interval = expected.confidence_interval(0.95)
        found = ratio(*one, *other)
        assert (found.value, found.low, found.high) == pytest.approx(
            (expected.relative_risk, interval.low, interval.high)
        )
    assert ratio(0, 9, 3, 9) is None
    assert ratio(3, 9, 0, 9) is None


def test_the_lady_tasting_tea():
    """Fisher 1935: three of four cups right is no evidence."""
    assert fisher(3, 4, 1, 4) == pytest.approx(0.485714, abs=1e-6)
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70)


@pytest.mark.parametrize(
    "table", [(3, 4, 1, 9), (0, 10, 0, 5), (56, 70, 48, 80), (400, 900, 300, 800)]
)
def test_the_exact_test_is_that_of_scipy(table):
    from scipy.stats import fisher_exact  # noqa: PLC0415

    part, whole, other, other_whole = table
    expected = fisher_exact([[part, whole - part], [other, other_whole - other]]).pvalue
    assert fisher(*table) == pytest.approx(expected, rel=1e-6)


def test_several_tests_are_adjusted_as_holm_did():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, None, 0.8]) == [1.0, None, 1.0]
    assert holm([]) == []


def test_how_many_a_trial_needs():
    """Fleiss, *Statistical Methods for Rates and Proportions*: 0.6 against 0.7, uncorrected."""
    assert needed(0.6, 0.1) == pytest.approx(354, abs=1)
    assert needed(0.97, 0.1) == needed(0.87, 0.1)

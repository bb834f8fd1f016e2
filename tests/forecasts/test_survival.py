"""The survival curve, against the published example it is taken from."""

from datetime import date

import numpy as np
import pytest

from dashboard.forecasts.survival import fit_cohort, fit_terms, prior
from tests.forecasts.rows import NO_TERMS, frame, seen, terms

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
"""Per cent of two cohorts still there after 0 to 12 years (Fader and Hardie 2007, table 1)."""

SEEN_YEARS = 7
DAY = date(2026, 10, 1)


def exponential(survivors):
    """The one loss rate that makes a cohort likeliest: losses / who could leave."""
    return 1 - (survivors[0] - survivors[-1]) / sum(survivors[:-1])


@pytest.mark.parametrize(
    ("cohort", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)]
)
def test_the_published_parameters_are_found(cohort, alpha, beta):
    curve = fit_cohort(cohort[: SEEN_YEARS + 1])
    assert (round(curve.alpha, 3), round(curve.beta, 3)) == (alpha, beta)


@pytest.mark.parametrize("cohort", [HIGH_END, REGULAR], ids=["high end", "regular"])
def test_five_years_on_it_misses_by_a_few_per_cent_where_an_exponential_misses_by_many(cohort):
    known = cohort[: SEEN_YEARS + 1]
    curve = fit_cohort(known).survival(12)[-1] * 100
    alike = 100 * exponential(known) ** 12
    assert abs(curve / cohort[-1] - 1) < 0.05
    assert abs(alike / cohort[-1] - 1) > 0.20


def test_who_stayed_long_stays_likelier():
    hazard = fit_cohort(REGULAR[:8]).hazard(np.arange(1, 20))
    assert (np.diff(hazard) < 0).all()


def ended(number, status, **fields):
    return {
        "renewal_id": f"{number}",
        "account_id": "a",
        "segment": "Mid",
        "term_months": 1,
        "due_on": date(2026, 6, 1),
        "term_number": 1,
        "status": status,
        "closed_on": date(2026, 6, 1),
    } | fields


def test_without_terms_the_prior_stands():
    survival = fit_terms(NO_TERMS, DAY)
    assert survival.ended == 0
    row = frame([seen("r", DAY, DAY, term_months=1, is_short_term=True, tenure_days=31)])
    assert survival.renewal(row).tolist() == [pytest.approx(0.97)]
    assert float(prior(3).hazard(1)) == pytest.approx(1 - 0.97**3)


def test_a_few_terms_move_the_prior_and_many_replace_it():
    chance = []
    for times in (0, 10, 1000):
        rows = [ended(n, "churned" if n % 5 == 0 else "renewed") for n in range(times)]
        chance.append(1 - float(fit_terms(terms(rows), DAY).curve(1).hazard(1)))
    assert chance[0] == pytest.approx(0.97)
    assert chance[0] > chance[1] > chance[2] == pytest.approx(0.8, abs=0.01)


def test_terms_not_decided_by_the_day_do_not_count():
    late = [ended(n, "churned", closed_on=date(2026, 10, 2)) for n in range(50)]
    fresh = [ended(n, "churned", due_on=date(2026, 9, 15)) for n in range(50)]
    still = [ended(n, "open", closed_on=None) for n in range(50)]
    assert fit_terms(terms(late + fresh + still), DAY).ended == 0

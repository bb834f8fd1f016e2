"""What is said of white space, of pipeline created and of what was won."""

from decimal import Decimal

import pytest

from dashboard.findings import pipeline, white_space, won
from dashboard.metrics.pipeline import win_rates
from dashboard.queries.pipeline import CREATED_BY_MONTH
from dashboard.queries.white_space import BY_PRODUCT, CANDIDATES, OPEN_PIPELINE, QUADRANTS
from dashboard.queries.won import BY_QUARTER, BY_SOURCE, IN_RETENTION
from tests.metrics.test_growth import frame


def test_white_space_names_the_product_with_most_left():
    def said(*parts):
        rows = [
            {"product_id": product, "product_name": name, "net_potential": Decimal(amount)}
            for product, name, amount in parts
        ]
        return white_space.by_product(frame(BY_PRODUCT, *rows), currency="USD")

    assert said(("P1", "One", 250), ("P1", "One", 500), ("P2", None, 250)) == (
        "$1.0K of potential is in no pipeline yet; One is 75.0% of it"
    )
    assert said(("P2", None, 9)).endswith("P2 is 100.0% of it")
    assert said(("P1", "One", 0)).startswith("No potential is left")


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (1, "1 pair of customer and product is likely and large: $60 of $90 expected"),
        (2, "2 pairs of customer and product are likely and large: $60 of $90 expected"),
    ],
)
def test_quadrants(pairs, sentence):
    best = {"quadrant": "likely and large", "pairs": pairs, "expected_value": Decimal(60)}
    rest = {"quadrant": "unlikely and small", "pairs": 5, "expected_value": Decimal(30)}
    assert white_space.quadrants(frame(QUADRANTS, best, rest), currency="USD") == sentence
    assert white_space.quadrants(frame(QUADRANTS), currency="USD").startswith("No customer")


def test_the_best_pair_and_the_part_drawn():
    row = {
        "account_name": "Acme",
        "product_id": "P1",
        "propensity": 0.5,
        "net_potential": Decimal(80),
        "expected_value": Decimal(40),
    }
    rows = frame(CANDIDATES, row)
    assert white_space.best(rows, currency="USD") == "Acme with P1 promises most: 50.0% of $80"
    assert white_space.best(rows.clear(), currency="USD").startswith("No customer")
    assert white_space.placed(rows, 1).startswith("1 pair of customer")
    assert white_space.placed(rows, 1200) == "The 1 pair of the highest expected value, of 1,200"


def test_open_pipeline_says_how_much_is_for_products_not_owned():
    rows = frame(
        OPEN_PIPELINE,
        {"place": "taken off", "opportunities": 1, "amount": Decimal(10)},
        {"place": "product owned", "opportunities": 2, "amount": Decimal(20)},
    )
    assert white_space.open_pipeline(rows, currency="USD") == (
        "1 of 3 open opportunities, $10 of $30, is for products not owned"
    )
    assert white_space.open_pipeline(rows.clear(), currency="USD") == "No opportunity is open"


def created(*parts):
    names = ("kind", "outcome", "opportunities", "amount")
    return frame(CREATED_BY_MONTH, *(dict(zip(names, part, strict=True)) for part in parts))


def test_pipeline_created_and_its_kinds():
    rows = created(
        ("upsell", "won", 2, Decimal(20)),
        ("cross_sell", "lost", 1, Decimal(30)),
        ("cross_sell", "unknown", 1, Decimal(0)),
    )
    assert pipeline.by_month(rows, "a year", currency="USD") == (
        "4 opportunities worth $50 opened in a year: 2 won, 1 lost, 0 open"
    )
    assert pipeline.by_month(rows.clear(), "a year", currency="USD") == (
        "No opportunity was opened in a year"
    )
    assert pipeline.by_stage(rows, currency="USD") == (
        "Cross-sell $30 in 2 opportunities; Upsell $20 in 2 opportunities"
    )
    assert pipeline.by_stage(rows.clear(), currency="USD") == "No opportunity was opened"


def test_a_win_rate_says_its_interval_and_whether_kinds_differ():
    few = win_rates(created(("upsell", "won", 1, None)), "kind")
    assert pipeline.win_rates(few) == (
        "100.0% of 1 closed opportunity was won: between 21% and 100%, from few"
    )
    assert pipeline.difference(few) == "There are not two to compare."
    none = win_rates(created(("upsell", "open", 1, None)), "kind")
    assert pipeline.win_rates(none).startswith("No opportunity opened")
    many = win_rates(
        created(
            ("upsell", "won", 90, None),
            ("upsell", "lost", 10, None),
            ("cross_sell", "won", 10, None),
            ("cross_sell", "lost", 90, None),
        ),
        "kind",
    )
    assert pipeline.win_rates(many) == (
        "50.0% of 200 closed opportunities were won: between 43% and 57%"
    )
    assert pipeline.difference(many) == (
        "Upsell is won more often than cross-sell: their intervals do not meet."
    )
    close = win_rates(created(("upsell", "won", 9, None), ("cross_sell", "won", 5, None)), "kind")
    assert pipeline.difference(close) == "Their intervals meet: no difference can be told."


def test_won_in_a_quarter_and_the_days_it_took():
    rows = frame(
        BY_QUARTER,
        {"sourced_by": "csm", "opportunities": 2, "amount": Decimal(60)},
        {"sourced_by": "other", "opportunities": 1, "amount": Decimal(40)},
    )
    assert won.by_quarter(rows, "FY26 Q4", currency="USD") == (
        "CSMs found $60 of the $100 won in FY26 Q4, in 2 of 3 opportunities"
    )
    assert won.by_quarter(rows.clear(), "FY26 Q4", currency="USD") == (
        "No expansion was won in FY26 Q4"
    )
    one = frame(BY_SOURCE, {"sourced_by": "other", "median_days": 40.4})
    assert won.days(one) == "From opening to winning, the median is 40 days for what others found"
    assert won.days(one.clear()) == "No won opportunity has both its days"


def test_nrr_with_and_without_and_both_amounts():
    effect = frame(
        IN_RETENTION,
        {
            "nrr": 1.07,
            "nrr_without": 1.005,
            "won_csm": Decimal(70),
            "won_other": Decimal(30),
            "expansion_arr": Decimal(120),
            "csm_found": Decimal(65),
            "other_found": Decimal(25),
            "csm_not_found": Decimal(5),
            "other_not_found": Decimal(5),
            "without_opportunity": Decimal(30),
        },
    )
    assert won.beside(effect, currency="USD") == (
        "NRR is 107.0%; without $65 that CSMs found it is 100.5%, 6.5 points less"
    )
    assert won.reconciled(effect, currency="USD") == (
        "Won opportunities of $100 beside expansion of $120 in NRR: $90 is in both, $10 in "
        "opportunities alone and $30 in movements alone."
    )
    assert won.beside(effect.clear(), currency="USD").startswith("No customer of twelve months")

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts import retention as charts
from dashboard.findings import retention as findings
from dashboard.queries.renewals import RATES_BY_QUARTER
from dashboard.queries.retention import ACCOUNTS, BY_PERIOD


def period(nrr: float | None, grr: float | None = 0.9) -> pl.DataFrame:
    row = dict.fromkeys(BY_PERIOD) | {"nrr": nrr, "grr": grr}
    return pl.DataFrame([row], schema=BY_PERIOD)


NONE = pl.DataFrame([], schema=BY_PERIOD)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (
            period(0.971),
            period(1.0),
            "NRR of FY26 Q3 is 97.1%, 2.9 pp below that of FY26 Q2; GRR is 90.0%",
        ),
        (
            period(1.02),
            period(1.0201),
            "NRR of FY26 Q3 is 102.0%, as that of FY26 Q2; GRR is 90.0%",
        ),
        (period(1.02), NONE, "NRR of FY26 Q3 is 102.0%; GRR is 90.0%"),
        (period(None), NONE, "No customer opened FY26 Q3: there is no NRR"),
    ],
)
def test_over_time(now, before, sentence):
    assert findings.over_time(now, before, "FY26 Q3", "that of FY26 Q2") == sentence


def rates(rate: float | None, decided: int = 67) -> pl.DataFrame:
    row = dict.fromkeys(RATES_BY_QUARTER) | {
        "gross_renewal_rate": rate,
        "renewals": 80,
        "decided": decided,
    }
    return pl.DataFrame([row], schema=RATES_BY_QUARTER)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (
            rates(0.923),
            rates(0.9),
            "92.3% of the ARR decided in FY26 Q3 was renewed, 2.3 pp above FY26 Q2; "
            "67 of 80 renewals decided",
        ),
        (
            rates(0.923, 1),
            rates(None),
            "92.3% of the ARR decided in FY26 Q3 was renewed; 1 of 80 renewals decided",
        ),
        (
            rates(None, 0),
            rates(0.9),
            "No renewal of FY26 Q3 is decided: there is no renewal rate",
        ),
    ],
)
def test_renewal_rates(now, before, sentence):
    assert findings.renewal_rates(now, before, "FY26 Q3", "FY26 Q2") == sentence


def parts(*rows: tuple[str, float, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"name": name, "value": value, "text": f"{100 * value:.1f}%", "accounts": accounts}
            for name, value, accounts in rows
        ],
        schema={
            "name": pl.String,
            "value": pl.Float64,
            "text": pl.String,
            "accounts": pl.Int64,
        },
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [("SMB", 0.9, 40), ("Enterprise", 1.1, 30)],
            "NRR is lowest in SMB, 90.0%, and highest in Enterprise, 110.0%",
        ),
        ([("Tiny", 0.2, 9), ("SMB", 0.9, 10)], "NRR of SMB is 90.0%"),
        ([("Tiny", 0.2, 9)], "NRR by segment: no part has 10 customers or more"),
        ([], "NRR by segment: no part has 10 customers or more"),
    ],
)
def test_a_part_of_few_customers_is_not_judged(rows, sentence):
    assert findings.by_part(parts(*rows), "nrr", "segment") == sentence


def bars(*rows: tuple[str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"name": name, "cause": cause, "effect": effect, "text": f"{100 * effect:+.2f} pp"}
            for name, cause, effect in rows
        ],
        schema={
            "name": pl.String,
            "cause": pl.String,
            "effect": pl.Float64,
            "text": pl.String,
        },
    )


def test_the_split_names_the_largest_bar_in_the_direction_of_the_change():
    drawn = bars(
        ("SMB", charts.OWN_RATE, 0.04),
        ("Enterprise", charts.OWN_RATE, -0.06),
        ("Mid-Market", charts.MIX, -0.01),
    )

    assert findings.split(drawn, "nrr", -0.03, "since FY26 Q2") == (
        "NRR fell 3.0 pp since FY26 Q2: -6.00 pp from Enterprise, own rate"
    )
    assert findings.split(drawn, "grr", 0.0, "since FY26 Q2") == "GRR is where it was since FY26 Q2"
    assert findings.split(drawn, "nrr", None, "") == "NRR has nothing to compare with"


def steps(*rows: tuple[str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"name": name, "becomes": "so", "effect": effect} for name, effect in rows],
        schema={"name": pl.String, "becomes": pl.String, "effect": pl.Float64},
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "Finance counts NRR as Board does"),
        ([("a", 0.01), ("b", -0.01)], "Finance and Board agree on NRR to a tenth of a point"),
        (
            [("Reactivated customers", -0.02), ("NRR", 0.005)],
            "Finance reads NRR 1.5 pp below Board; most of it, -2.0 pp, is "
            "Reactivated customers: so",
        ),
    ],
)
def test_two_policies_are_apart_by_the_sum_of_their_steps(rows, sentence):
    assert findings.rules(steps(*rows), "Board", "Finance", "nrr") == sentence


def test_accounts_counts_who_pays_less():
    rows = pl.DataFrame(
        [
            dict.fromkeys(ACCOUNTS) | {"opening_arr": Decimal(was), "closing_arr": Decimal(now)}
            for was, now in ((10, 5), (10, 10), (0, 5))
        ],
        schema=ACCOUNTS,
    )

    said = findings.accounts(rows, "FY26 Q3")

    assert said == "1 customer paid less at the end of FY26 Q3 than at its start"


def test_charts_keep_every_part_that_has_a_rate_and_name_the_unknown_one():
    now = pl.DataFrame(
        {
            "part": ["a", None, "c"],
            "label": ["A", None, "C"],
            "opening_arr": [Decimal(5), Decimal(3), Decimal(0)],
            "nrr": [0.9, 0.8, None],
            "accounts": [5, 3, 0],
            "kept": [4, 2, 0],
        }
    )

    drawn = charts.by_part(now, now.head(1), rate="nrr", most=10)

    assert drawn.select("part", "name", "value", "before").rows() == [
        ("unknown", "unknown", 0.8, None),
        ("a", "A", 0.9, 0.9),
    ]


def test_the_split_joins_both_causes_of_those_that_changed_part():
    effects = pl.DataFrame(
        {
            "part": ["a", "changed"],
            "label": ["A", "changed"],
            "rate_effect": [0.01, 0.02],
            "mix_effect": [0.0, -0.005],
            "is_changed": [False, True],
        }
    )

    drawn = charts.split(effects, by="segment")

    assert drawn.select("name", "cause", pl.col("effect").round(6)).rows() == [
        ("A", charts.OWN_RATE, 0.01),
        ("changed segment", charts.CHANGED, 0.015),
    ]
    assert drawn["effect"].sum() == pytest.approx(0.025)


def test_a_point_is_drawn_for_each_rate_that_is_defined():
    periods = pl.DataFrame(
        [
            {
                "period_start_on": date(2025, 1, 1),
                "period_end_on": date(2026, 1, 1),
                "opening_arr": Decimal(0),
                "closing_arr": Decimal(5),
                "nrr": None,
                "grr": None,
                "logo_retention": 1.0,
                "accounts": 1,
            }
        ],
        schema=BY_PERIOD,
    )

    drawn = charts.over_time(periods, label_of=lambda start, end: f"{start} to {end}")

    assert drawn.select("period", "rate", "text").rows() == [
        ("2025-01-01 to 2026-01-01", "Logo retention", "100.0%")
    ]

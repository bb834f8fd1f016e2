"""Renewals by the band before them, counted by hand."""

from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.queries import outcome_check
from tests.factories import AS_OF, account, cells, churned, measured, renewed, scored, subscription

DUE = date(2026, 6, 1)
TODAY = Filters(as_of=AS_OF)


def company(warehouse_of, days: dict[str, tuple[float, bool]], measured_on: date):
    """Customers with one score at a day and one renewal, kept or lost."""
    return warehouse_of(
        accounts=[account(each) for each in days],
        subscriptions=[subscription(100, account_id=each) for each in days],
        renewals=[
            renewed(f"r {each}", DUE, 80, account_id=each, due_on=DUE)
            if kept
            else churned(f"r {each}", DUE, account_id=each, due_on=DUE)
            for each, (_, kept) in days.items()
        ],
        health_scores=[
            row for each, (score, _) in days.items() for row in scored(score, measured_on, each)
        ],
    )


def wilson(successes: int, number: int) -> tuple[float, float]:
    z = 1.959963985
    share = successes / number
    middle = share + z * z / 2 / number
    half = z * sqrt(share * (1 - share) / number + z * z / 4 / number**2)
    return (middle - half) / (1 + z * z / number), (middle + half) / (1 + z * z / number)


def test_the_interval_is_wilson_s_and_the_difference_newcombe_s(warehouse_of):
    greens = {f"g{number}": (90.0, number > 0) for number in range(10)}
    reds = {f"r{number}": (10.0, number > 3) for number in range(6)}
    warehouse = company(warehouse_of, greens | reds, DUE - timedelta(days=95))

    rows = outcome_check.by_band(warehouse, EVERYTHING, TODAY)
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)  # As printed in handbooks.
    (green, red) = rows.filter(measure="overall").rows(named=True)

    assert (green["renewals"], green["renewed"], green["renewal_rate"]) == (10, 9, 0.9)
    assert (green["arr_due"], green["arr_kept"]) == (Decimal(1000), Decimal(720))
    assert (red["renewals"], red["renewed"]) == (6, 2)
    for row, kept, number, others in ((green, 9, 10, (2, 6)), (red, 2, 6, (9, 10))):
        low, high = wilson(kept, number)
        other_low, other_high = wilson(*others)
        share, other = kept / number, others[0] / others[1]
        assert (row["low_rate"], row["high_rate"]) == pytest.approx((low, high))
        assert row["all_rate"] == pytest.approx(11 / 16)
        assert row["lift"] == pytest.approx(share / (11 / 16))
        assert row["difference"] == pytest.approx(share - other)
        assert row["difference_low"] == pytest.approx(
            share - other - sqrt((share - low) ** 2 + (other_high - other) ** 2)
        )
        assert row["difference_high"] == pytest.approx(
            share - other + sqrt((high - share) ** 2 + (other - other_low) ** 2)
        )
        assert row["is_detectable"]
    assert set(rows["measure"]) >= {"overall", "outcomes", "experience", "roi"}
    assert outcome_check.by_band(warehouse, Scope(), TODAY).is_empty()


def test_fewer_than_five_renewals_have_no_rate(warehouse_of):
    few = {f"r{number}": (10.0, False) for number in range(4)}
    many = {f"g{number}": (90.0, True) for number in range(5)}
    warehouse = company(warehouse_of, few | many, DUE - timedelta(days=95))

    rows = outcome_check.by_band(warehouse, EVERYTHING, TODAY).filter(measure="overall")

    names = ("health_band", "renewals", "renewed", "arr_kept", "renewal_rate", "is_detectable")
    assert cells(rows, *names) == [
        ("green", 5, 5, Decimal(400), 1.0, None),
        ("red", 4, None, None, None, None),
    ]
    red = rows.filter(health_band="red")
    nothing = ("low_rate", "high_rate", "lift", "difference", "difference_low", "difference_high")
    assert red.select(nothing).row(0) == (None,) * 6


@pytest.mark.parametrize(
    ("days_before", "measured_days_before", "band"),
    [(90, 90, "red"), (90, 89, None), (90, 111, "red"), (90, 112, None), (30, 30, "red")],
)
def test_the_band_is_of_the_last_week_in_three_before_the_day(
    warehouse_of, days_before, measured_days_before, band
):
    day = DUE - timedelta(days=measured_days_before)
    warehouse = company(warehouse_of, {"a1": (10.0, True)}, day)

    rows = outcome_check.by_band(warehouse, EVERYTHING, TODAY, days_before=days_before)
    assert cells(rows.filter(measure="overall"), "health_band", "renewals") == [(band, 1)]
    behind = outcome_check.renewals(
        warehouse, EVERYTHING, TODAY, band=band or "not scored", days_before=days_before
    )
    scored_on = day if band else None
    assert cells(behind, "renewal_id", "scored_on", "arr_due", "arr_kept", "is_renewed") == [
        ("r a1", scored_on, Decimal(100), Decimal(80), True)
    ]


def test_a_measure_has_its_own_thresholds_and_grows_stale(warehouse_of):
    looked = date(2026, 3, 2)
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(100)],
        renewals=[renewed("r1", date(2026, 5, 31), 100, due_on=looked + timedelta(days=90))],
        health_scores=[
            *measured(looked, nps=59, support=60, deployment=70),
            *measured(looked - timedelta(days=63), roi=10, sentiment=10),
            *measured(looked - timedelta(days=56), adoption=39),
        ],
    )

    rows = outcome_check.by_band(warehouse, EVERYTHING, TODAY)

    assert dict(cells(rows, "measure", "health_band")) == {
        "overall": "amber",
        "outcomes": "amber",
        "experience": "amber",
        "deployment": "green",
        "engagement": None,
        "adoption": "red",
        "roi": None,
        "nps": "amber",
        "support": "amber",
        "sentiment": None,
    }


def test_only_decided_renewals_of_the_window_count(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        subscriptions=[subscription(100)],
        renewals=[
            renewed("kept", date(2026, 5, 20), 100, due_on=DUE),
            renewed("before", date(2025, 5, 20), 100, due_on=date(2025, 6, 1)),
            renewed("later", date(2026, 11, 5), 100, due_on=date(2026, 10, 25)),
            churned("lost", date(2026, 7, 1), due_on=date(2026, 7, 1)),
        ],
        health_scores=scored(90, date(2026, 3, 2)),
    )
    window = TODAY.window(date(2026, 1, 1), date(2026, 11, 1))

    behind = [
        renewal
        for band in ("green", "not scored")
        for renewal in outcome_check.renewals(warehouse, EVERYTHING, window, band=band)[
            "renewal_id"
        ]
    ]
    assert behind == ["kept", "lost"]

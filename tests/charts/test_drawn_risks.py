"""What the charts of risks and triggers draw."""

from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.calendar import FiscalCalendar
from dashboard.charts import priorities, risks, triggers
from dashboard.queries.priorities import PLAYS
from dashboard.queries.risks import BY_CATEGORY, BY_MONTH
from dashboard.queries.triggers import FIRED, JUDGED


def test_a_month_without_a_change_keeps_the_backlog():
    periods = FiscalCalendar().periods_from(date(2026, 1, 1), "month", 4)
    rows = pl.DataFrame(
        [(date(2025, 11, 1), 9, 2, 7), (date(2026, 2, 1), 1, 3, 5)], BY_MONTH, orient="row"
    )

    drawn = risks.months(rows, periods, date(2026, 4, 10))

    assert drawn.filter(what="open at the end")["risks"].to_list() == [7, 5, 5, 5]
    assert drawn.filter(what="opened")["risks"].to_list() == [0, 1, 0, 0]
    last = drawn.row(-1, named=True)
    assert (last["until_on"], last["reading"]) == (date(2026, 4, 11), "Apr 2026 up to 10 Apr")
    assert drawn["until_on"][0] == date(2026, 2, 1)


def test_nothing_was_open_before_the_first_risk():
    periods = FiscalCalendar().periods_from(date(2026, 1, 1), "month", 2)
    rows = pl.DataFrame([(date(2026, 2, 1), 1, 0, 1)], BY_MONTH, orient="row")

    drawn = risks.months(rows, periods, date(2026, 2, 28))

    assert drawn.filter(what="open at the end")["risks"].to_list() == [0, 1]


def test_categories_stand_in_the_order_of_the_register_and_unmapped_ones_last():
    rows = pl.DataFrame(
        [
            dict.fromkeys(BY_CATEGORY) | {"category": category, "is_escalated": escalated}
            for category, escalated in [
                ("External", False), ("unmapped: A", False), ("ROI", False), ("ROI", True),
            ]
        ],
        schema=BY_CATEGORY,
    )  # fmt: skip

    assert risks.by_category(rows).select("category", "state").rows() == [
        ("ROI", "escalated"),
        ("ROI", "not escalated"),
        ("External", "not escalated"),
        ("unmapped: A", "not escalated"),
    ]


def test_who_is_judged_and_not_at_risk_is_well():
    judged = pl.DataFrame(
        [
            ("ROI", None, 5, Decimal(50)),
            ("ROI", "no objective named", 2, Decimal(7)),
            ("Support", None, 7, Decimal(57)),
            ("Overall", "no NPS answer", 4, Decimal(40)),
            ("Overall", "the latest is stale", 3, Decimal(17)),
        ],
        JUDGED,
        orient="row",
    )
    fired = pl.DataFrame(
        [
            dict.fromkeys(FIRED) | {"category": "ROI", "account_id": each, "arr": Decimal(10)}
            for each in "ab"
        ],
        schema=FIRED,
    )

    drawn = triggers.findings(judged, fired)

    assert drawn.select("category", "finding", "customers", "arr").rows() == [
        ("ROI", "at risk", 2, Decimal(20)),
        ("ROI", "well", 3, Decimal(30)),
        ("ROI", "not judged", 2, Decimal(7)),
        ("Overall", "not judged", 7, Decimal(57)),
        ("Support", "well", 7, Decimal(57)),
    ]


def test_plays_stand_by_journey_and_maturity_and_the_unnamed_ones_last():
    rows = pl.DataFrame(
        [
            ("Other", "Growing", "no play named", 1, None),
            ("Expansion", "Unknown", "no play named", 1, Decimal(1)),
            ("Expansion", "Growing", "growth", 2, Decimal(1500)),
            ("Onboarding", "Starting", "activation", 1, Decimal(1)),
        ],
        PLAYS,
        orient="row",
    )

    drawn = priorities.plays(
        rows, currency="USD", maturities=("Starting", "Growing"), named=("growth",)
    )

    assert drawn.select("lifecycle_stage", "maturity", "tone").rows() == [
        ("Onboarding", "Starting", "other"),
        ("Expansion", "Growing", "growth"),
        ("Expansion", "Unknown", "other"),
        ("Other", "Growing", "other"),
    ]
    assert drawn["arr_label"].to_list() == ["$1", "$1.5K", "$1", "n/a"]
    assert drawn["count_label"][1] == "2 customers"

"""What the charts of advocacy draw."""

from datetime import date
from decimal import Decimal

import polars as pl

from dashboard.calendar import FiscalCalendar
from dashboard.charts import advocacy, references
from dashboard.queries.advocacy import BY_CSM, BY_QUARTER, REFERENCES, TARGETS

PERIODS = FiscalCalendar().periods_from(date(2026, 1, 1), "quarter", 3)
Q1, Q2, Q3 = (period.start_on for period in PERIODS)


def framed(schema: pl.Schema, names: str, rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict(zip(names.split(), row, strict=True)) for row in rows],
        schema=schema,
    )


def test_a_quarter_without_an_event_stands_with_none_and_kinds_beyond_the_largest_share_a_name():
    rows = [(Q1, f"kind {number}", 10 - number) for number in range(9)] + [(Q3, "kind 8", 1)]
    found = framed(BY_QUARTER, "quarter_on kind events", rows)

    drawn = advocacy.by_quarter(found, PERIODS)

    assert advocacy.shown_kinds(found) == (*(f"kind {n}" for n in range(6)), "other kinds")
    assert drawn.filter(quarter_on=Q1, shown_kind="other kinds")["events"].to_list() == [9]
    assert drawn.filter(quarter_on=Q2).select("events", "quarter").rows() == [(0, "FY26 Q2")]
    assert drawn.filter(quarter_on=Q3)["shown_kind"].to_list() == ["other kinds"]
    assert advocacy.shown_kinds(found.head(7)) == tuple(f"kind {n}" for n in range(7))


def test_a_target_of_a_year_is_no_target_of_its_first_quarter():
    found = framed(BY_QUARTER, "quarter_on kind events", [(Q1, "a", 1), (Q1, "b", 1), (Q2, "a", 1)])
    targets = pl.DataFrame(
        [(Q1, date(2027, 1, 1), "csqa", 60.0), (Q1, Q2, "csqa", 15.0), (Q3, Q2, "csqa", 1.0)],
        TARGETS,
        orient="row",
    )

    drawn = advocacy.with_targets(advocacy.by_quarter(found, PERIODS), targets, PERIODS)

    assert drawn.select("quarter_on", "shown_kind", "target").rows() == [
        (Q1, "a", 15.0),
        (Q1, "b", None),
        (Q2, "a", None),
        (Q3, "a", None),
    ]


def test_equal_names_carry_their_id_and_most_events_come_first():
    rows = framed(
        BY_CSM,
        "member_id member_name qualifies_as events",
        [
            ("m1", "Ada", "csqa", 1),
            ("m2", "Ada", "csql", 5),
            ("m3", None, "csqa", 2),
            (None, None, "neither", 3),
            ("m1", "Ada", "csql", 3),
        ],
    )

    drawn = advocacy.by_csm(rows, most=3)

    assert drawn.select("name", "qualified", "events").rows() == [
        ("Ada (m2)", "qualified lead", 5),
        ("Ada (m1)", "qualified advocate", 1),
        ("Ada (m1)", "qualified lead", 3),
        ("Nobody named", "neither", 3),
    ]


def test_customers_by_how_often_they_were_asked():
    rows = framed(
        REFERENCES,
        "asked is_asked_too_often arr",
        [(4, True, 1), (0, False, 2), (1, False, 3), (0, False, 5), (2, False, 1)],
    )

    assert references.asked(rows).select("times", "customers", "often", "arr").rows() == [
        ("never", 2, "within the limit", Decimal(7)),
        ("once", 1, "within the limit", Decimal(3)),
        ("2 times", 1, "within the limit", Decimal(1)),
        ("4 times", 1, "too often", Decimal(1)),
    ]


def test_the_credited_share_is_rounded_to_the_cent_quarter_by_quarter():
    rows = framed(
        BY_QUARTER,
        "quarter_on influenced_arr events without_amount",
        [(Q1, Decimal("0.03"), 2, 1), (Q1, Decimal("0.02"), 1, 0), (Q3, Decimal("100.00"), 1, 0)],
    )

    drawn = references.influenced(rows, PERIODS, 0.3)

    assert drawn.select("recorded", "credited", "events", "without_amount").rows() == [
        (Decimal("0.05"), Decimal("0.02"), 3, 1),
        (Decimal(0), Decimal(0), 0, 0),
        (Decimal(100), Decimal(30), 1, 0),
    ]

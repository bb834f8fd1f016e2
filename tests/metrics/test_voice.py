import polars as pl
import pytest

from dashboard.metrics import csat, loops, personas, responses, themes
from dashboard.queries.csat import BY_MONTH as RATINGS
from dashboard.queries.loops import BY_DAYS
from dashboard.queries.responses import BY_MONTH as INVITATIONS
from dashboard.queries.surveys import NPS_BY_SEGMENT_AND_PERSONA
from dashboard.themes.questions.comments import BY_THEME


def by_days(*rows: tuple) -> pl.DataFrame:
    named = [{"state": state, "days": days, "loops": number} for state, days, number in rows]
    return pl.DataFrame(named, schema=BY_DAYS)


CLOSED, OPEN = "closed late", "open, overdue"
REMISSIONS = [
    (CLOSED, 6, 3), (OPEN, 6, 1), (CLOSED, 7, 1), (OPEN, 9, 1), (CLOSED, 10, 1), (OPEN, 10, 1),
    (OPEN, 11, 1), (CLOSED, 13, 1), (CLOSED, 16, 1), (OPEN, 17, 1), (OPEN, 19, 1), (OPEN, 20, 1),
    (CLOSED, 22, 1), (CLOSED, 23, 1), (OPEN, 25, 1), (OPEN, 32, 2), (OPEN, 34, 1), (OPEN, 35, 1),
]  # fmt: skip
"""Weeks in remission with 6-mercaptopurine (Freireich and others 1963)."""


def test_open_loops_count_as_kaplan_and_meier_have_it():
    curve = loops.closed_by_day(by_days(*REMISSIONS))
    closing = curve.filter(pl.col("closed") > 0)
    assert closing["days"].to_list() == [6, 7, 10, 13, 16, 22, 23]
    assert closing["at_risk"].to_list() == [21, 17, 15, 12, 11, 7, 6]
    assert (1 - closing["closed_share"]).to_list() == pytest.approx(
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4
    )
    assert loops.median_days(by_days(*REMISSIONS)) == 23


def test_fewer_than_half_closed_have_no_median():
    assert loops.median_days(by_days((CLOSED, 3, 1), (OPEN, 9, 2))) is None
    assert loops.median_days(by_days((CLOSED, 3, 1), (OPEN, 9, 1))) == 3
    assert loops.median_days(by_days()) is None


@pytest.mark.parametrize("number", [2, 24, 28, 30, 96])
def test_exactly_half_closed_is_a_median(number):
    each_day = [(CLOSED, day, 1) for day in range(1, number // 2 + 1)]
    assert loops.median_days(by_days(*each_day, (OPEN, 99, number // 2))) == number // 2


def test_the_share_in_time_counts_who_is_still_waiting():
    some = by_days(
        ("closed in time", 2, 1), ("open, in time", 3, 2), ("closed in time", 7, 1),
        ("closed late", 8, 1), ("open, overdue", 90, 1), ("closed, days unknown", None, 5),
    )  # fmt: skip
    assert loops.closed_in_time(some) == pytest.approx(1 - (5 / 6) * (2 / 3))
    assert loops.closed_in_time(by_days(("open, overdue", 9, 1))) == 0
    assert loops.closed_in_time(by_days(("open, in time", 2, 1))) is None
    assert loops.closed_in_time(by_days(("open, age unknown", None, 1))) is None
    assert (loops.open_loops(some), loops.overdue(some)) == (3, 1)


def groups(*rows: tuple) -> pl.DataFrame:
    names = ("segment", "persona", "responses", "nps", "margin_of_error")
    return pl.DataFrame(
        [dict(zip(names, row, strict=True)) for row in rows], schema=NPS_BY_SEGMENT_AND_PERSONA
    )


@pytest.mark.parametrize(
    ("other", "verdict", "low", "high"),
    [
        ((10, 0.0, 4.0), "apart", 1.0, 11.0),
        ((10, 1.0, 4.0), "no detectable difference", 0.0, 10.0),
        ((9, 0.0, 4.0), "too few answers", None, None),
        ((10, -100.0, 0.0), "too few answers", None, None),
    ],
)
def test_two_personas_differ_by_more_than_the_root_of_both_margins(other, verdict, low, high):
    found = personas.differences(
        groups(
            ("A", "decision_maker", 10, 6.0, 3.0),
            ("A", "end_user", *other),
            ("B", "end_user", 99, 1.0, 1.0),
        )
    )
    (row,) = found.iter_rows(named=True)
    assert (row["segment"], row["one"], row["other"]) == ("A", "decision_maker", "end_user")
    assert (row["value"], row["low"], row["high"]) == (6.0 - other[1], low, high)
    assert row["verdict"] == verdict


def test_response_rates_have_wilsons_interval_and_leave_young_surveys_out():
    names = ("segment", "sent", "settled", "settled_answered")
    rows = pl.DataFrame(
        [
            dict(zip(names, row, strict=True))
            for row in (("A", 100, 263, 81), ("A", 5, 0, 0), ("B", 9, 0, 0))
        ],
        schema=INVITATIONS,
    )
    (rate,) = responses.rates(rows, "segment").iter_rows(named=True)
    assert (rate["segment"], rate["sent"], rate["settled"]) == ("A", 105, 263)
    assert (rate["low"], rate["high"]) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert responses.response_rate(rows.filter(pl.col("segment") == "B")) is None
    assert not responses.is_another_rate(rows, rows)
    lower = rows.with_columns(settled_answered=pl.lit(0, pl.Int64))
    assert responses.is_another_rate(rows, lower)
    assert not responses.is_another_rate(rows, rows.clear())


def test_satisfaction_is_a_share_or_a_mean():
    names = ("source", "ratings", "satisfied", "rating_sum", "rating_squares")
    rows = pl.DataFrame(
        [
            dict(zip(names, row, strict=True))
            for row in (("survey", 4, 3, 16, 70), ("support case", 1, 1, 4, 16))
        ],
        schema=RATINGS,
    )
    shares = csat.levels(rows, "top_two", "source")
    assert shares["value"].to_list() == [0.75, 1.0]
    means = csat.levels(rows, "mean", "source")
    assert means["value"].to_list() == [4.0, 4.0]
    assert means["high"][0] - means["value"][0] == pytest.approx(1.0)  # Capped: 1.96 x root of 0.5.
    assert means["low"][0] == pytest.approx(4 - 1.959963985 * (2 / 4) ** 0.5)
    assert (means["low"][1], means["high"][1]) == (1, 5)
    assert csat.levels(rows.clear(), "mean", "source").is_empty()


def test_comments_of_no_theme_are_a_share_of_those_read():
    names = ("theme", "comments", "promoters", "detractors", "is_read")
    rows = pl.DataFrame(
        [
            dict(zip(names, row, strict=True))
            for row in ((1, 6, 3, 0, True), (None, 2, 0, 2, True), (None, 9, 9, 0, False))
        ],
        schema=BY_THEME,
    )
    assert (themes.comments(rows), themes.found(rows), themes.without_theme(rows)) == (17, 1, 0.25)
    assert themes.nps_of_comments(rows) == pytest.approx(100 * 10 / 17)

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics import renewals as metrics
from dashboard.queries.renewals import DUE_BY_QUARTER, RATED


def cell(band: str | None = "green", **numbers: object) -> dict[str, object]:
    """One cell of a quarter: three renewals due, one of them open."""
    return {
        "due_quarter": date(2026, 10, 1),
        "segment": "Enterprise",
        "health_band": band,
        "renewals": 3,
        "arr_due": Decimal("600.50"),
        "renewed": 1,
        "arr_renewed": Decimal(350),
        "arr_renewed_capped": Decimal(300),
        "churned": 1,
        "open": 1,
        "arr_open": Decimal("100.50"),
    } | numbers


def due(*cells: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(cells, schema=DUE_BY_QUARTER)


def test_arr_due_is_of_every_renewal_and_arr_open_of_the_open_ones():
    quarter = due(cell("red"), cell(None, arr_due=Decimal(7), arr_open=Decimal(7)))

    assert metrics.arr_due(quarter) == Decimal("607.50")
    assert metrics.arr_open(quarter) == Decimal("107.50")
    assert metrics.arr_red(quarter) == Decimal("100.50")
    assert metrics.renewals(quarter) == 6


def test_the_renewal_rate_caps_each_renewal_and_leaves_out_the_open_ones():
    assert metrics.gross_renewal_rate(due(cell())) == 300 / 500
    grown = cell(arr_renewed=Decimal(900), arr_renewed_capped=Decimal(500))
    assert metrics.gross_renewal_rate(due(grown)) == 1.0
    lost = cell(arr_renewed=Decimal(0), arr_renewed_capped=Decimal(0))
    assert metrics.gross_renewal_rate(due(lost)) == 0.0
    assert metrics.gross_renewal_rate(due(cell(), grown)) == 800 / 1000


def test_the_renewal_rate_is_not_defined_before_anything_closed():
    still_open = cell(arr_open=Decimal("600.50"), arr_renewed_capped=Decimal(0))

    assert metrics.gross_renewal_rate(due(still_open)) is None
    assert metrics.gross_renewal_rate(due()) is None


def test_a_quarter_without_renewals_has_nothing_due():
    for metric in (metrics.arr_due, metrics.arr_open, metrics.arr_red, metrics.renewals):
        assert metric(due()) == 0
    assert metrics.arr_red(due(cell("green"))) == 0


@pytest.mark.parametrize("metric", [metrics.arr_due, metrics.arr_open, metrics.arr_red])
def test_arr_without_any_known_rate_is_unknown_and_not_zero(metric):
    unknown = cell("red", arr_due=None, arr_open=None)

    assert metric(due(unknown)) is None
    assert metric(due(unknown, cell("red"))) == metric(due(cell("red")))


def rated(*rows: tuple[str, object, object, object]) -> pl.DataFrame:
    """Renewals of an outcome with what the rates count as due, renewed and capped."""
    names = ("counted_arr_due", "counted_arr_renewed", "counted_arr_capped")
    return pl.DataFrame(
        [
            {"outcome": outcome, "is_decided": amounts[0] is not None}
            | dict(zip(names, amounts, strict=True))
            for outcome, *amounts in rows
        ],
        schema=RATED,
    )


def test_the_rates_of_a_policy_are_of_what_it_calls_decided():
    rows = rated(
        ("renewed", Decimal(100), Decimal(150), Decimal(100)),
        ("anniversary", Decimal(200), Decimal(200), Decimal(200)),
        ("windfall", Decimal(300), Decimal(0), Decimal(0)),
        ("churned", Decimal(400), Decimal(0), Decimal(0)),
        ("open", None, None, None),
        ("amount unknown", None, None, None),
    )

    assert metrics.gross_rate(rows) == 300 / 1000
    assert metrics.net_rate(rows) == 350 / 1000
    assert metrics.logo_rate(rows) == 2 / 4
    assert metrics.unknown_amounts(rows) == 1


def test_without_anything_decided_there_is_no_rate():
    for rows in (rated(), rated(("open", None, None, None), ("month to month", None, None, None))):
        assert metrics.gross_rate(rows) is metrics.net_rate(rows) is metrics.logo_rate(rows) is None
        assert metrics.unknown_amounts(rows) == 0

"""One column at a time: units, times, words, and what cannot be read."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot

from dashboard.mapping import Compiled
from dashboard.mapping.declared import SourceMapping, TableMapping
from dashboard.mapping.dialects import DIALECTS
from dashboard.mapping.folders import Mapped

REQUIRED = {
    "subscription_id": "id",
    "account_id": "id",
    "starts_on": {"value": "2026-01-01"},
    "arr": {"value": "1"},
}


def mapped(columns, table="subscriptions", source=None, required=None, **rest):
    columns = (REQUIRED if required is None else required) | columns
    mapping = TableMapping.model_validate({"table": table, "from": "t", "columns": columns} | rest)
    return Mapped(
        Path("x/y.yaml"), SourceMapping.model_validate({"name": "x"} | (source or {})), mapping
    )


def asked(one, rows, query="view"):
    """Rows of a compiled query over text rows of the table ``t``."""
    names = list(rows[0])
    with duckdb.connect() as engine:
        engine.execute("set TimeZone = 'Asia/Tokyo'")
        engine.execute(f"create table t ({', '.join(f'{name} varchar' for name in names)})")
        engine.executemany(
            f"insert into t values ({', '.join('?' for _ in names)})",
            [[row[name] for name in names] for row in rows],
        )
        engine.execute(
            "create table account_identities (source text, source_id text, account_id text)"
        )
        engine.execute(
            "insert into account_identities values ('x', '7', 'A7'), ('x', '8', 'A8'),"
            " ('x', '8', 'B8'), ('other', '9', 'A9')"
        )
        return engine.execute(getattr(Compiled(one, "duckdb"), query)()).fetchall()


def column(one, name, values, query="view"):
    rows = [{"id": str(n), "x": value, "c": "usd"} for n, value in enumerate(values)]
    place = [each.name for each in one.mapping.contract.columns if each.name in one.mapping.columns]
    return [row[place.index(name)] for row in asked(one, rows, query)]


@pytest.mark.parametrize(
    ("unit", "value", "amount"),
    [
        ([], "0.1", "0.10"),
        ([], "1.5e3", "1500.00"),
        ("cents", "9007199254740993", "90071992547409.93"),
        ("cents", "29", "0.29"),
        (["cents", "per_month"], "1999", "239.88"),
        ("thousands", "1.25", "1250.00"),
        ("per_quarter", "0.07", "0.28"),
    ],
)
def test_money_keeps_every_cent_whatever_its_unit(unit, value, amount):
    one = mapped({"arr": {"from": "x", "unit": unit}})
    assert column(one, "arr", [value]) == [Decimal(amount)]


def test_minor_units_go_by_the_currency_of_the_row():
    one = mapped({"arr": {"from": "x", "unit": "minor_units"}, "currency": "c"})
    rows = [{"id": "1", "x": "1234", "c": code} for code in ("eur", "JPY", "kwd")]
    assert [(row[3], row[4]) for row in asked(one, rows)] == [
        (Decimal("12.34"), "EUR"),
        (Decimal("1234.00"), "JPY"),
        (Decimal("1.23"), "KWD"),  # A fils is a thousandth: the rest of 1.234 is told as a fault.
    ]
    assert asked(one, rows, "faults") == [("1", "arr", "1234")]


def test_a_float_column_is_read_as_the_decimal_it_prints():
    with duckdb.connect() as engine:
        engine.execute("create table t as select '1' as id, cast(1234567.1 as double) as x")
        query = Compiled(mapped({"arr": "x"}), "duckdb").view()
        assert engine.execute(query).fetchone()[3] == Decimal("1234567.10")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12)),  # noqa: DTZ001
        ("2026-03-01 12:00:00.25+02:00", datetime(2026, 3, 1, 10, 0, 0, 250000)),  # noqa: DTZ001
        ("2026-03-01 12:00", datetime(2026, 3, 1, 17)),  # noqa: DTZ001
        ("2026-07-01 12:00:00", datetime(2026, 7, 1, 16)),  # noqa: DTZ001
        ("01/03/2026 12:00", None),
        ("yesterday", None),
    ],
)
def test_moments_become_utc_and_without_a_zone_are_of_the_source(value, moment):
    one = mapped(
        {"opened_at": "x"},
        table="support_cases",
        source={"times_in": "America/New_York"},
        required={"case_id": "id", "account_id": "id"},
    )
    assert column(one, "opened_at", [value]) == [moment]
    # What is no moment stays to be seen.
    told = column(one, "opened_at", [value], "texts")
    assert told == [value if moment is None else str(moment).removesuffix("0000")]


@pytest.mark.parametrize(
    ("zone", "value", "cast", "day"),
    [
        ("UTC", "2026-03-31T23:30:00Z", None, date(2026, 3, 31)),
        ("Asia/Tokyo", "2026-03-31T23:30:00Z", None, date(2026, 4, 1)),
        ("America/New_York", "2026-04-01T00:00:00Z", None, date(2026, 3, 31)),
        ("America/New_York", "2026-04-01T00:00:00Z", "calendar_day", date(2026, 4, 1)),
        ("America/New_York", "2026-04-01", None, date(2026, 4, 1)),
        ("UTC", "2026-02-30", None, None),
    ],
)
def test_a_moment_is_a_day_where_the_company_is(zone, value, cast, day):
    one = mapped({"ends_on": {"from": "x", "cast": cast} if cast else "x"}, time_zone=zone)
    assert column(one, "ends_on", [value]) == [day]


def test_words_are_compared_without_case_and_unknown_ones_are_passed_on_and_counted():
    one = mapped(
        {"kind": {"from": "x", "words": {"Up-Sell": "upsell"}}, "amount": {"value": "10"}},
        table="opportunities",
        required={
            "opportunity_id": "id",
            "stage": {"value": "Open"},
            "forecast_category": {"value": "commit"},
        },
    )
    values = ["up sell", "UP_SELL", "Cross-Sell", "Barter", "Barter", None]
    assert column(one, "kind", values) == [
        "upsell", "upsell", "cross_sell", "Barter", "Barter", None,
    ]  # fmt: skip
    rows = [{"id": str(n), "x": value} for n, value in enumerate(values)]
    assert asked(one, rows, "words") == [("kind", "Barter", 2, Decimal("20.00"))]


def test_an_id_without_one_account_never_passes_for_another_account():
    one = mapped({"account_id": {"from": "x", "identity": True}})
    assert column(one, "account_id", ["7", "8", "9"]) == ["A7", "x:8", "x:9"]


def test_rows_left_out_are_counted_once_by_the_first_reason():
    one = mapped(
        {"arr": "x"},
        deleted=["gone"],
        leave_out={"small": "cast(x as integer) < 5", "old": "id = '1'"},
    )
    rows = [
        {"id": "1", "x": "3", "gone": "TRUE"},
        {"id": "1", "x": "4", "gone": "no"},
        {"id": "1", "x": "6", "gone": None},
        {"id": "2", "x": "7", "gone": "0"},
    ]
    assert sorted(asked(one, rows, "left_out")) == [
        ("deleted in the source", 1, Decimal("3.00")),
        ("old", 1, Decimal("6.00")),
        ("small", 1, Decimal("4.00")),
    ]
    assert [row[0] for row in asked(one, rows)] == ["2"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_values_and_names_of_a_mapping_stay_values_and_names(dialect):
    evil = "x'; drop table t; -- \\"
    one = mapped(
        {
            "product_id": {"value": evil},
            "currency": {"from": 'we"ird', "default": evil, "words": {evil: evil}},
        },
        leave_out={evil: "id = 'a''b'"},
    )
    text = Compiled(one, dialect).rows()
    (statement,) = sqlglot.parse(text, read=dialect)
    literals = {each.this for each in statement.find_all(sqlglot.exp.Literal)}
    assert {evil, "a'b"} <= literals
    assert 'we"ird' in {each.name for each in statement.find_all(sqlglot.exp.Identifier)}

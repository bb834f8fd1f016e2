"""Titles about risks, triggers, priorities and plays."""

from datetime import date

import polars as pl
import pytest

from dashboard.findings import priorities, risks, triggers
from dashboard.queries.priorities import CELLS, CUSTOMERS, HEALTHY, PLAYS
from dashboard.queries.risks import BY_CATEGORY, REGISTER, TIME_TO_RESOLVE
from dashboard.queries.triggers import FIRED, NO_LONGER, NOT_REGISTERED


def framed(schema: pl.Schema, names: str, rows: list[tuple]) -> pl.DataFrame:
    """Rows of some columns; the others are empty."""
    return pl.DataFrame(
        [dict.fromkeys(schema) | dict(zip(names.split(), row, strict=True)) for row in rows],
        schema=schema,
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No risk is open"),
        ([("ROI", 2, 500, 1, 500)], "1 account with $500 have 2 open risks, all ROI"),
        (
            [("ROI", 2, 500, 1, 500), ("Support", 1, 700, 1, 200), ("Support", 1, 10, 0, 0)],
            "2 accounts with $700 have 4 open risks; most ARR is behind Support, $710",
        ),
    ],
)
def test_the_register_says_where_most_arr_is(rows, sentence):
    found = framed(BY_CATEGORY, "category risks arr accounts_in_all arr_in_all", rows)
    assert risks.by_category(found, currency="USD") == sentence


@pytest.mark.parametrize(
    ("first", "last", "moved"),
    [
        (5, 9, "9 risks open, up from 5 at the end of Jan: 3 opened, 1 resolved in 2 months"),
        (5, 1, "1 risk open, down from 5 at the end of Jan: 3 opened, 1 resolved in 2 months"),
        (5, 5, "5 risks open, as at the end of Jan: 3 opened, 1 resolved in 2 months"),
    ],
)
def test_the_backlog_says_how_it_moved(first, last, moved):
    rows = [
        ("Jan", "opened", 3), ("Jan", "resolved", 1), ("Jan", "open at the end", first),
        ("Feb", "opened", 0), ("Feb", "resolved", 0), ("Feb", "open at the end", last),
    ]  # fmt: skip
    drawn = pl.DataFrame(rows, schema=["month", "what", "risks"], orient="row")
    assert risks.by_month(drawn) == moved


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No risk was opened in the twelve months"),
        (
            [("All categories", 3, 1, 2, None), ("ROI", 3, 1, 2, 7)],
            "Less than half of 3 risks is resolved yet, 2 still open",
        ),
        (
            [("All categories", 3, 2, 1, 12)],
            "Half of the risks are resolved within 12 days: 3 risks, 1 still open",
        ),
    ],
)
def test_the_time_to_resolve_counts_what_is_open(rows, sentence):
    names = "category risks resolved still_open median_days"
    assert risks.time_to_resolve(framed(TIME_TO_RESOLVE, names, rows)) == sentence


def test_the_list_says_whom_it_waits_for():
    names = "risk_id account_name category age_days owner_state"
    rows = [("1", "Alder", "ROI", 3, "in the team"), ("2", "Birch", "Support", 30, "has left")]
    assert risks.register(framed(REGISTER, names, rows)) == (
        "2 open risks, 1 without an owner; the oldest is open for 30 days: Birch, Support"
    )
    assert risks.register(framed(REGISTER, names, rows[:1])) == (
        "1 open risk, every one has an owner; the oldest is open for 3 days: Alder, ROI"
    )
    assert risks.register(framed(REGISTER, names, [])) == "No risk is open"


def test_triggers_say_on_how_many_they_fire():
    rows = framed(
        FIRED,
        "account_id account_name category arr",
        [("a", "Alder", "ROI", 5), ("a", "Alder", "Support", 5), ("b", "Birch", "ROI", 7)],
    )
    drawn = pl.DataFrame({"finding": ["well", "not judged"], "customers": [4, 3]})
    assert triggers.fired(rows, drawn, currency="USD") == (
        "At least one trigger fires on 2 customers with $12; most often ROI, 2 times"
    )
    assert triggers.found(rows) == "1 customer has more than one trigger; Alder has 2"
    none = rows.clear()
    assert triggers.fired(none, drawn, currency="USD") == (
        "No trigger fires on any customer; 3 times a trigger could not judge"
    )
    assert triggers.fired(none, drawn.head(1), currency="USD") == (
        "No trigger fires on any customer"
    )
    assert triggers.found(none) == "No trigger fires on any customer"


def test_the_register_and_the_triggers_against_each_other():
    lacking = framed(NOT_REGISTERED, "account_id arr", [("a", 5), ("a", 5), ("b", None)])
    assert triggers.not_registered(lacking, currency="USD") == (
        "3 findings of the triggers are not in the register: 2 customers with $5"
    )
    assert triggers.not_registered(lacking.clear(), currency="USD") == (
        "No trigger fires that the register does not know"
    )
    over = framed(NO_LONGER, "why arr_counted", [("does not fire", 5), ("no NPS answer", 0)])
    assert triggers.no_longer(over, currency="USD") == (
        "2 open risks that a rule opened have no trigger behind them any more, "
        "1 because it does not fire: $5"
    )
    assert triggers.no_longer(over.clear(), currency="USD") == (
        "No open risk of a rule is without its trigger"
    )


def test_priorities_say_who_needs_help_at_once():
    names = "priority customers arr"
    rows = [("Immediate", 1, 500), ("Fast", 3, 20), ("On schedule", 9, 9)]
    assert priorities.cells(framed(CELLS, names, rows), currency="USD") == (
        "1 customer of high value with low health needs help at once: $500; 3 more need it fast"
    )
    assert priorities.cells(framed(CELLS, names, rows[1:]), currency="USD") == (
        "No customer of high value has low health; 3 of low value do"
    )
    customers = framed(CUSTOMERS, "account_name", [("Alder",), ("Birch",)])
    assert priorities.first(customers) == "2 customers with low health, the largest first: Alder"
    assert priorities.first(customers.clear()) == "No customer has low health"


def test_plays_say_for_how_many_each_is():
    rows = [("growth", 2, 10), ("advocacy", 3, 5), ("growth", 2, 10)]
    found = framed(PLAYS, "play customers arr", rows)
    assert priorities.plays(found, currency="USD") == (
        "7 healthy customers: growth for 4 ($20), advocacy for 3 ($5)"
    )
    assert priorities.plays(found.clear(), currency="USD") == "No customer is healthy"
    healthy = framed(HEALTHY, "play", [("growth",), ("no play named",)])
    assert priorities.healthy(healthy) == "2 healthy customers, 1 without a play"
    assert priorities.healthy(healthy.head(1)) == "1 healthy customer, each with a play"


def test_the_oldest_is_found_by_its_age_alone():
    rows = [("2", "B", "ROI", 9, "nobody"), ("1", "A", "ROI", 9, "nobody")]
    names = "risk_id account_name category age_days owner_state"
    found = framed(REGISTER, names, rows).with_columns(opened_on=pl.lit(date(2026, 1, 1)))
    assert risks.register(found).endswith("A, ROI")

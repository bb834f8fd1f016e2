from decimal import Decimal

import polars as pl

from dashboard.findings import capacity as findings
from dashboard.metrics.capacity import LOADS
from dashboard.proposals import moves_table
from dashboard.queries.coverage import UNASSIGNED


def loads(*rows):
    names = ("csm", "customers", "index", "reading")
    return pl.DataFrame(
        [dict.fromkeys(LOADS) | dict(zip(names, row, strict=True)) for row in rows], schema=LOADS
    )


def test_the_load_names_who_carries_most():
    rows = loads(
        ("Ada", 9, 140.0, "▲ heavy"), ("Bo", 3, 50.0, "▽ light"), ("Cy", 0, 0.0, "▽ light")
    )
    assert findings.loads(rows) == (
        "Ada carries most, 140 against 100 in the middle of the band; of 2 books 1 is heavy and "
        "1 light"
    )
    assert findings.loads(rows.tail(1)) == "Nobody holds a customer"


def test_the_unassigned():
    row = dict.fromkeys(UNASSIGNED) | {"arr": Decimal(500), "renewals_due": 1}
    one = pl.DataFrame([row], schema=UNASSIGNED)
    assert findings.unassigned(one, 90, currency="USD") == (
        "1 customer with $500 has no CSM; 1 renewal due within 90 days"
    )
    assert findings.unassigned(pl.concat([one, one]), 30, currency="USD") == (
        "2 customers with $1.0K have no CSM; 2 renewals due within 30 days"
    )
    assert findings.unassigned(one.clear(), 90, currency="USD") == "No customer is without a CSM"


def test_moves_say_what_they_do_to_the_spread():
    before = loads(
        ("Ada", 9, 140.0, "▲ heavy"), ("Bo", 3, 50.0, "▽ light"), ("Cy", 0, 0.0, "▽ light")
    )
    after = loads(("Ada", 8, 120.0, "● in between"), ("Bo", 4, 70.0, "▽ light"))
    assert findings.moved(before, after, 1) == (
        "1 move: loads go from 50 to 140 before, and from 70 to 120 after"
    )
    assert findings.moved(before, after, 0).startswith("No load changes")
    assert (findings.planned(0), findings.planned(1), findings.planned(2)) == (
        "No move is planned yet",
        "1 move planned",
        "2 moves planned",
    )


def test_moves_count_each_account_once_and_those_that_no_longer_apply():
    def rows(*parts):
        schema = moves_table(pl.DataFrame(schema={"account_id": pl.String}), [], [], str).schema
        names = ("account_id", "arr", "no_longer")
        return pl.DataFrame(
            [dict.fromkeys(schema) | dict(zip(names, part, strict=True)) for part in parts],
            schema=schema,
        )

    once = ("a1", Decimal(500), "")
    assert findings.moves(rows(once, once), currency="USD") == "1 account with $500 changes hands"
    assert findings.moves(rows(once, ("a2", Decimal(9), "gone")), currency="USD") == (
        "1 account with $500 changes hands; 1 move no longer applies"
    )
    two = rows(once, ("a2", Decimal(500), ""), ("a3", None, "x"), ("a4", None, "x"))
    assert findings.moves(two, currency="USD") == (
        "2 accounts with $1.0K change hands; 2 moves no longer apply"
    )

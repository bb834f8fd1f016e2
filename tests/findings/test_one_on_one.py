from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts.one_on_one import SHOWN, heated, months
from dashboard.findings import one_on_one as findings
from dashboard.queries.one_on_one import ACCOUNTS, BOOK, EXECUTIVES_BY_MONTH


def accounts(*buckets):
    rows = [{"account_id": str(each), "bucket": name, "arr": Decimal(1000)}
            for each, name in enumerate(buckets)]  # fmt: skip
    return pl.DataFrame(rows, schema={name: ACCOUNTS[name] for name in rows[0]})


@pytest.mark.parametrize(
    ("buckets", "said"),
    [
        (["on course", "on course"], "All 2 customers are on course"),
        (
            ["red", "silent", "renewing", "expansion open", "on course"],
            "4 of 5 customers ask for a word: 1 red, 1 silent, 2 with a renewal or an offer "
            "($4.0K of ARR)",
        ),
    ],
)
def test_who_asks_for_a_word(buckets, said):
    assert findings.buckets(accounts(*buckets), currency="USD") == said


def test_nobody_silent_is_worth_nothing():
    told = findings.pressing(accounts("red", "on course"), currency="USD")
    assert told == "1 red ($1.0K), 0 silent ($0) of 2 customers"


def test_months_without_a_touch_are_drawn_and_told():
    found = pl.DataFrame([(date(2026, 9, 1), 2, 1)], schema=EXECUTIVES_BY_MONTH, orient="row")
    drawn = months(found, date(2026, 8, 1), date(2026, 10, 1))
    assert drawn["touches"].to_list() == [0, 2, 0]
    assert (
        findings.executives(drawn, 5) == "2 touches with executives in 3 months, none in 2 months"
    )


def test_the_heatmap_draws_the_worst_and_tells_equal_names_apart():
    rows = [
        {"account_id": f"a{each:02}", "account_name": "Same" if each < 2 else f"N{each}",
         "measure": "overall", "score": float(each), "health_band": "red", "is_stale": False}
        for each in range(SHOWN + 5)
    ]  # fmt: skip
    drawn = heated(pl.DataFrame(rows, schema={name: BOOK[name] for name in rows[0]}))
    assert drawn["account"].to_list()[:3] == ["Same (a00)", "Same (a01)", "N2"]
    assert len(drawn) == SHOWN

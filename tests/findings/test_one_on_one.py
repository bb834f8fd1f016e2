from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.charts.one_on_one import SHOWN, heated, months
from dashboard.findings import one_on_one as findings
from dashboard.findings.overview import told as told_of
from dashboard.queries.one_on_one import ACCOUNTS, BOOK, CHANGES, EXECUTIVES_BY_MONTH
from tests.factories import AS_OF


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


def due(*days, arr=Decimal(1000)):
    rows = [{"due_on": AS_OF + timedelta(days=day), "arr_due": arr} for day in days]
    return pl.DataFrame(rows, schema={"due_on": pl.Date, "arr_due": pl.Decimal(38, 2)})


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((), "No open renewal is due within 120 days"),
        ((121,), "No open renewal is due within 120 days; 1 more later"),
        ((0, 120), "2 open renewals due within 120 days, $2.0K"),
        ((-1, 5, 130), "2 open renewals due within 120 days, 1 overdue, $2.0K; 1 more later"),
    ],
)
def test_renewals_of_the_window_and_beyond_it(days, said):
    assert findings.renewals(due(*days), 120, AS_OF, currency="USD") == said


def story(kind, **fields):
    usual = dict.fromkeys(CHANGES) | {
        "kind": kind, "account_id": "a1", "account_name": "Acme", "changed_on": AS_OF,
        "arr": Decimal(1000),
    }  # fmt: skip
    frame = pl.DataFrame([usual | fields], schema=CHANGES)
    (told,) = told_of(frame, most=2, currency="USD").at_stake
    return told


@pytest.mark.parametrize(
    ("kind", "fields", "said", "page"),
    [
        (
            "became red",
            {"before": "amber", "after": "red", "measure": "nps", "score_before": 61.2,
             "score_now": 20.0},
            "turned red from amber (NPS 61 to 20), $1.0K of ARR, on 31 Oct 2026",
            "health",
        ),
        (
            "left red",
            {"before": "red", "after": "amber"},
            "turned amber from red (no measure moved that way: one came, went, or went stale), "
            "$1.0K of ARR, on 31 Oct 2026",
            "health",
        ),
        (
            "renewal ahead",
            {"after": "2027-02-28"},
            "renewal of $1.0K due 28 Feb 2027 came into the window on 31 Oct 2026",
            "renewals",
        ),
        (
            "customer stage",
            {"before": "Adoption", "after": "Renewal"},
            "went from Adoption to Renewal, $1.0K of ARR, on 31 Oct 2026",
            "lifecycle",
        ),
        (
            "opportunity stage",
            {"before": None, "after": "Closed lost", "detail": "cross_sell", "arr": Decimal(-50)},
            "cross-sell of $50 moved from no stage to Closed lost on 31 Oct 2026",
            "expansion",
        ),
    ],
)  # fmt: skip
def test_what_changed_in_a_book_is_told_in_words(kind, fields, said, page):
    told = story(kind, **fields)
    assert (told.text, told.page) == (said, page)

"""Sentences of the overview, with the rows they are made of."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from dashboard.findings import overview as findings
from dashboard.findings.change_words import _WORDS
from dashboard.navigation import ENTRIES
from dashboard.queries.overview import AT_RISK, CHANGES
from dashboard.queries.renewals import DUE_BY_QUARTER

DAY = date(2026, 10, 12)


def row(kind, arr=None, account="a1", **fields):
    return {
        "kind": kind,
        "account_id": account,
        "account_name": account and account.upper(),
        "changed_on": DAY,
        "arr": None if arr is None else Decimal(arr),
    } | {
        name: Decimal(value) if name.startswith("arr") else value for name, value in fields.items()
    }


def changes(*rows):
    return pl.DataFrame(list(rows), schema=CHANGES)


def told(*rows, most=8):
    return findings.told(changes(*rows), most=most, currency="USD")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (row("new", 1_200_000), "became a customer with $1.2M on 12 Oct 2026"),
        (row("reactivation", 500), "came back with $500 on 12 Oct 2026"),
        (row("expansion", 500, arr_after=1500), "grew by $500 to $1.5K on 12 Oct 2026"),
        (row("contraction", -500, arr_after=900), "shrank by $500 to $900 on 12 Oct 2026"),
        (row("churn", -500), "left, $500 gone on 12 Oct 2026"),
        (row("renewed", 90, arr_before=100), "renewed $100 as $90 on 12 Oct 2026"),
        (row("renewed", 100, arr_before=100), "renewed all $100 due on 12 Oct 2026"),
        (row("renewal lost", -100, detail="price"), "did not renew $100 (price) on 12 Oct 2026"),
        (row("renewal lost", -100), "did not renew $100 on 12 Oct 2026"),
        (
            row("became red", -100, before="not scored", after="red"),
            "turned red from not scored, $100 of ARR, on 12 Oct 2026",
        ),
        (
            row("left red", 100, before="red", after="amber"),
            "turned amber from red, $100 of ARR, on 12 Oct 2026",
        ),
        (
            row("renewal forecast", -100, before="commit", after="at_risk"),
            "renewal of $100 moved from commit to at risk on 12 Oct 2026",
        ),
        (
            row("opportunity forecast", None, before=None, after="shrug", detail="cross_sell"),
            "cross-sell of n/a moved from no category to shrug on 12 Oct 2026",
        ),
        (row("risk opened", -5, detail="ROI"), "ROI risk opened, $5 of ARR, on 12 Oct 2026"),
        (
            row("risk resolved", 5, detail="ROI"),
            "ROI risk resolved, $5 of ARR, on 12 Oct 2026",
        ),
        (
            row("detractor", -5, after="3", detail="decision_maker"),
            "a decision-maker answered 3 of 10, $5 of ARR, on 12 Oct 2026",
        ),
        (
            row("detractor", -5, after="0"),
            "somebody answered 0 of 10, $5 of ARR, on 12 Oct 2026",
        ),
        (
            row("detractor", -5, after="0", detail="end_user"),
            "an end user answered 0 of 10, $5 of ARR, on 12 Oct 2026",
        ),
    ],
)
def test_a_change_in_words(change, text):
    result = told(change)

    (story,) = result.moved + result.at_stake
    assert story.text == text


def test_an_accounts_changes_are_told_together_the_first_with_its_amount():
    result = told(
        row("risk opened", -900, detail="ROI"),
        row("risk opened", -900, detail="Support", changed_on=date(2026, 10, 20)),
        row("expansion", 10, arr_after=900),
        row("detractor", -900, after="2"),
        row("detractor", -900, after="4"),
        row("became red", -900, before="amber", after="red"),
    )

    (story,) = result.moved
    assert story.text == (
        "grew by $10 to $900 on 12 Oct 2026; turned red from amber; "
        "2 risks opened (ROI, Support); 2 changes more"
    )
    assert (story.page, story.amount, story.changes) == ("bridge", 10, 6)
    assert result.at_stake == ()
    assert (result.more_changes, result.more_amount) == (0, 0)


def test_many_categories_of_risk_are_a_number():
    names = ("Adoption", "Engagement", "ROI", "Support")
    (story,) = told(*(row("risk resolved", 5, detail=name) for name in names)).at_stake

    assert story.text == "4 risks resolved, $5 of ARR, on 12 Oct 2026"


def test_movements_of_one_kind_are_summed_and_end_where_the_last_did():
    (story,) = told(
        row("expansion", 20, arr_after=130, changed_on=date(2026, 10, 20)),
        row("expansion", 10, arr_after=110),
    ).moved

    assert story.text == "grew by $30 to $130 on 20 Oct 2026"


def test_half_of_the_places_are_for_arr_that_moved_and_nobody_is_told_twice():
    result = told(
        row("churn", -10, "left"),
        row("became red", -500, "left", before="amber", after="red"),
        row("new", 5, "new"),
        row("expansion", 1, "grown", arr_after=9),
        row("risk opened", -400, "grown", detail="ROI"),
        row("risk opened", -300, "risky", detail="ROI"),
        row("detractor", -2, "small", after="1"),
        most=4,
    )

    assert [story.account_id for story in result.moved] == ["left", "new"]
    assert [story.account_id for story in result.at_stake] == ["grown", "risky"]
    assert result.at_stake[0].text.startswith("ROI risk opened, $400 of ARR, on 12 Oct 2026; grew")
    assert (result.more_changes, result.more_amount) == (1, 2)


def test_places_that_no_movement_takes_are_for_what_is_at_stake():
    risks = [row("risk opened", -number, f"a{number}", detail="ROI") for number in range(1, 7)]

    result = told(*risks, most=4)

    assert result.moved == ()
    assert [story.amount for story in result.at_stake] == [-6, -5, -4, -3]
    assert (result.more_changes, result.more_amount) == (2, 3)


def test_what_is_left_counts_an_account_once_at_its_largest_change():
    result = told(
        row("churn", -10, "a"),
        row("risk opened", -7, "b", detail="ROI"),
        row("risk escalated", -7, "b", detail="ROI"),
        row("detractor", None, "c", after="1"),
        most=1,
    )

    assert [story.account_id for story in result.moved + result.at_stake] == ["a"]
    assert (result.more_changes, result.more_amount) == (3, 7)


def test_movements_that_cancel_out_are_no_movement_of_the_account():
    result = told(row("expansion", 10, arr_after=110), row("contraction", -10, arr_after=100))

    assert result.moved == ()
    assert result.at_stake[0].text == ("grew by $10 to $110 on 12 Oct 2026; shrank by $10 to $100")


def test_an_opportunity_without_an_account_is_told_as_such():
    (story,) = told(
        row("opportunity forecast", 5, None, before="pipeline", after="commit", detail="upsell")
    ).at_stake

    assert (story.account_id, story.account_name) == (None, "Without an account")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([], "No change since 1 Oct 2026"),
        (
            [row("risk opened", -5), row("detractor", -5), row("detractor", -5, "a2")],
            "3 changes at 2 accounts since 1 Oct 2026, none of them of ARR",
        ),
        (
            [row("new", 1000), row("new", 500), row("churn", -2000), row("risk opened", -9)],
            "ARR -$500 since 1 Oct 2026: +$1.5K new, -$2.0K churn",
        ),
    ],
)
def test_how_arr_moved(rows, title):
    assert findings.changed(changes(*rows), "1 Oct 2026", currency="USD") == title


def test_what_is_left_to_the_table():
    few = told(row("churn", -10))
    many = told(row("churn", -10), row("churn", -5, "a2"), row("churn", -3, "a3"), most=2)

    assert findings.more(few, 1, "1 Oct 2026", currency="USD") == "All 1 change since 1 Oct 2026"
    assert (
        findings.more(many, 3, "1 Oct 2026", currency="USD")
        == "1 more change worth $3; the table has all 3 since 1 Oct 2026"
    )


def due(band, still_open, arr):
    return {"health_band": band, "open": still_open, "arr_open": Decimal(arr)}


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([due("red", 0, 0)], "No renewal of Q1 to Q4 is open"),
        (
            [due("red", 2, 300), due("green", 3, 700), due(None, 0, 0)],
            "$1.0K in 5 renewals is open from Q1 to Q4, $300 of it red",
        ),
        ([due("green", 1, 700)], "$700 in 1 renewal is open from Q1 to Q4, $0 of it red"),
    ],
)
def test_what_is_at_stake(rows, title):
    frame = pl.DataFrame(rows, schema_overrides=dict(DUE_BY_QUARTER))

    assert findings.at_stake(frame, "Q1", "Q4", currency="USD") == title


def test_what_is_at_risk():
    rows = pl.DataFrame(
        [{"account_name": "A1", "arr_due": Decimal(300)}, {"account_name": "A2", "arr_due": None}],
        schema=AT_RISK,
    )

    assert findings.at_risk(rows, "30 Sep 2027", currency="USD") == (
        "2 open renewals of customers at red, $300; the largest is A1, $300"
    )
    assert findings.at_risk(rows.clear(), "30 Sep 2027", currency="USD") == (
        "No open renewal due by 30 Sep 2027 is of a customer at red"
    )


def test_every_kind_of_change_has_words_and_a_page():
    assert set(_WORDS) == set(findings.SUBJECTS)
    pages = {entry.file for entry in ENTRIES}
    assert set(findings.SUBJECTS.values()) <= pages

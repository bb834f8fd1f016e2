"""What became of forecast calls: every kind of change, its boundary, and the demo by hand."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from dashboard.access import EVERYTHING, Scope
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries.calls import between
from tests.factories import AS_OF, account, cells, churned, moment, rate, renewal, renewed

TODAY = Filters(as_of=AS_OF)
BEFORE = date(2026, 10, 1)
DUE = date(2026, 12, 15)


def call(renewal_id="r1", amount=100, on=BEFORE, **fields):
    """A CSM's call at noon of a day."""
    return {
        "call_id": f"{renewal_id} {amount} {on} {sorted(fields.items(), key=str)}",
        "renewal_id": renewal_id,
        "called_by": "m1",
        "called_at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        "source": "csm",
        "forecast_category": "commit",
        "amount": None if amount is None else Decimal(str(amount)),
    } | fields


@pytest.fixture
def kinds(warehouse_of):
    """Answers the kind and the amount of the change of each renewal."""

    def asked(renewals, calls, *, filters=TODAY, accounts=(), **params):
        warehouse = warehouse_of(
            accounts=[account(), *accounts], renewals=renewals, forecast_calls=calls
        )
        rows = between(warehouse, EVERYTHING, filters, **({"compared_on": BEFORE} | params))
        return {
            row[0]: row[1:] for row in cells(rows, "renewal_id", "change_kind", "change_amount")
        }

    return asked


def test_a_call_that_stands_is_unchanged_re_classified_or_of_another_amount(kinds):
    later = date(2026, 10, 20)
    found = kinds(
        [renewal(each, due_on=DUE) for each in ("same", "again", "class", "amount", "both")],
        [
            call("same"),
            call("again"),
            call("again", on=later),
            call("class"),
            call("class", on=later, forecast_category="at_risk"),
            call("amount"),
            call("amount", "80.55", on=later),
            call("both"),
            call("both", 130, on=later, forecast_category="best_case"),
        ],
    )

    assert found == {
        "same": ("unchanged", 0),
        "again": ("unchanged", 0),
        "class": ("re-classified", 0),
        "amount": ("amount changed", Decimal("-19.45")),
        "both": ("re-classified", 30),
    }


def test_a_category_that_appears_or_is_taken_away_is_a_re_classification(kinds):
    later = date(2026, 10, 20)
    found = kinds(
        [renewal(each, due_on=DUE) for each in ("appears", "goes", "never")],
        [
            call("appears", forecast_category=None),
            call("appears", on=later),
            call("goes"),
            call("goes", on=later, forecast_category=None),
            call("never", forecast_category=None),
            call("never", 90, on=later, forecast_category=None),
        ],
    )

    assert found == {
        "appears": ("re-classified", 0),
        "goes": ("re-classified", 0),
        "never": ("amount changed", -10),
    }


def test_what_closed_in_its_quarter_is_won_and_after_it_slipped(kinds):
    quarter = {"due_on": date(2026, 9, 20)}
    found = kinds(
        [
            renewed("last day", date(2026, 9, 30), 150, **quarter),
            renewed("day after", date(2026, 10, 1), 150, **quarter),
            churned("lost after", date(2026, 10, 5), **quarter),
            churned("lost", date(2026, 9, 10), **quarter),
            renewed("on the as-of date", AS_OF, 150, due_on=DUE),
            renewed("after the as-of date", AS_OF + timedelta(days=1), 150, due_on=DUE),
        ],
        [
            call(each, on=date(2026, 8, 1))
            for each in (
                *("last day", "day after", "lost after", "lost"),
                *("on the as-of date", "after the as-of date"),
            )
        ],
        compared_on=date(2026, 9, 1),
    )

    assert found == {
        "last day": ("won", -100),
        "day after": ("slipped", -100),
        "lost after": ("lost", -100),
        "lost": ("lost", -100),
        "on the as-of date": ("won", -100),
        "after the as-of date": ("unchanged", 0),
    }


def test_open_past_its_due_date_is_slipped_and_due_on_the_day_is_not(kinds):
    found = kinds(
        [
            renewal("past", due_on=AS_OF - timedelta(days=1)),
            renewal("on the day", due_on=AS_OF),
            renewal("past on both days", due_on=BEFORE - timedelta(days=1)),
            renewal("past since the first day", due_on=BEFORE),
        ],
        [
            call(each)
            for each in ("past", "on the day", "past on both days", "past since the first day")
        ],
    )

    assert found == {
        "past": ("slipped", -100),
        "on the day": ("unchanged", 0),
        "past since the first day": ("slipped", -100),
    }


def test_a_call_is_new_from_the_day_after_and_withdrawn_without_an_amount(kinds):
    found = kinds(
        [
            renewal(each, due_on=DUE)
            for each in (
                "new",
                "last minute",
                "first minute",
                "future",
                "withdrawn",
                "amount added",
            )
        ],
        [
            call("new", on=date(2026, 10, 2)),
            call("last minute", called_at=datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC)),
            call("first minute", called_at=moment(2026, 10, 2)),
            call("future", called_at=moment(2026, 11, 1)),
            call("withdrawn"),
            call("withdrawn", None, on=date(2026, 10, 20)),
            call("amount added", None),
            call("amount added", 70, on=AS_OF),
        ],
    )

    assert found == {
        "new": ("new", 100),
        "last minute": ("unchanged", 0),
        "first minute": ("new", 100),
        "withdrawn": ("withdrawn", -100),
        "amount added": ("new", 70),
    }


def test_only_the_latest_call_of_the_source_counts(kinds):
    calls = [
        call(amount=10, on=date(2026, 1, 5)),
        call(amount=100, on=date(2026, 9, 30)),
        call(amount=55, on=date(2026, 10, 1), source="manager"),
        call(amount=60, on=date(2026, 10, 30), source="manager"),
        call(amount=1, on=date(2026, 10, 30), source="model"),
    ]

    assert kinds([renewal(due_on=DUE)], calls) == {"r1": ("unchanged", 0)}
    assert kinds([renewal(due_on=DUE)], calls, source="manager") == {"r1": ("amount changed", 5)}
    assert kinds([renewal(due_on=DUE)], calls, source="model") == {"r1": ("new", 1)}


def test_what_closed_before_the_first_day_or_on_no_known_day_is_in_neither_call(kinds):
    found = kinds(
        [
            renewed("before", BEFORE - timedelta(days=1), 100, due_on=DUE),
            renewed("on the first day", BEFORE, 100, due_on=DUE),
            renewed("the day after", BEFORE + timedelta(days=1), 100, due_on=DUE),
            renewed("undated", None, 100, due_on=DUE),
            renewed("called and won between", date(2026, 10, 20), 100, due_on=DUE),
        ],
        [
            *(call(each) for each in ("before", "on the first day", "the day after", "undated")),
            call("called and won between", on=date(2026, 10, 10)),
        ],
    )

    assert found == {"the day after": ("won", -100)}


def test_the_window_is_on_the_due_date_and_half_open(kinds):
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1)]
    renewals = [renewal(str(day), due_on=day) for day in days]
    calls = [call(str(day)) for day in days]
    window = TODAY.window(date(2027, 1, 1), date(2027, 4, 1))

    assert list(kinds(renewals, calls, filters=window)) == ["2027-01-01", "2027-03-31"]
    assert len(kinds(renewals, calls)) == 4


def test_amounts_of_both_days_are_at_the_rates_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(currency="EUR"), account("a2", currency="XXX")],
        fx_rates=[rate("EUR", 1.5), rate("EUR", 2, date(2026, 10, 20))],
        renewals=[
            renewed("r1", date(2026, 10, 25), "33.33", due_on=DUE, arr_due=40),
            renewal("r2", due_on=DUE, currency="USD"),
            renewal("no rate", due_on=DUE, account_id="a2"),
        ],
        forecast_calls=[call("r1", "10.01"), call("r2", 7), call("no rate", 5)],
    )

    rows = between(warehouse, EVERYTHING, TODAY, compared_on=BEFORE)

    assert cells(
        rows, "renewal_id", "opening_amount", "closing_amount", "arr_due", "arr_renewed"
    ) == [
        ("r1", Decimal("20.02"), None, Decimal(80), Decimal("66.66")),
        ("r2", Decimal(7), Decimal(7), Decimal(100), None),
    ]


def test_outcome_and_day_are_those_known_on_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewed("won", date(2026, 10, 20), 90, due_on=DUE),
            renewed("later", date(2026, 11, 20), 90, due_on=DUE),
        ],
        forecast_calls=[call("won"), call("later")],
    )

    rows = between(warehouse, EVERYTHING, TODAY, compared_on=BEFORE)

    assert cells(rows, "renewal_id", "outcome", "closed_on", "arr_renewed", "closing_category") == [
        ("later", "open", None, None, "commit"),
        ("won", "renewed", date(2026, 10, 20), Decimal(90), None),
    ]


def test_the_quarters_are_the_companys_own(warehouse_of):
    warehouse = warehouse_of(
        policy=Policy(fiscal_year_starts_in=2),
        accounts=[account()],
        renewals=[
            renewed("in", date(2026, 10, 31), 90, due_on=date(2026, 10, 15)),
            renewed("out", date(2026, 10, 31), 90, due_on=date(2026, 7, 31)),
        ],
        forecast_calls=[call("in", on=date(2026, 7, 1)), call("out", on=date(2026, 7, 1))],
    )

    rows = between(warehouse, EVERYTHING, TODAY, compared_on=date(2026, 7, 1))

    assert cells(rows, "renewal_id", "due_quarter", "change_kind") == [
        ("out", date(2026, 5, 1), "slipped"),
        ("in", date(2026, 8, 1), "won"),
    ]


def test_four_weeks_are_compared_where_no_day_is_named(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[renewal("r1", due_on=DUE), renewal("r2", due_on=DUE)],
        forecast_calls=[call("r1", on=date(2026, 10, 3)), call("r2", on=date(2026, 10, 4))],
    )

    rows = between(warehouse, EVERYTHING, TODAY)

    assert cells(rows, "renewal_id", "change_kind") == [("r1", "unchanged"), ("r2", "new")]


def test_who_may_see_no_account_sees_no_call(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()], renewals=[renewal(due_on=DUE)], forecast_calls=[call()]
    )

    assert between(warehouse, Scope(), TODAY, compared_on=BEFORE).is_empty()
    assert len(between(warehouse, Scope(member_ids=("m1",)), TODAY, compared_on=BEFORE)) == 1


# ------------------------------------------------------------------ the demo, counted otherwise
def cents(amount, rate) -> Decimal:
    return (amount * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def by_hand(file, first: date, last: date, source: str) -> dict[str, tuple]:
    """Kind and amount of each renewal's change, from the rows of the tables themselves."""
    with duckdb.connect(str(file), read_only=True) as connection:
        renewals = connection.execute(
            "select renewal_id, due_on, status, closed_on, coalesce(r.currency, a.currency)"
            " from renewals r join accounts a using (account_id)"
        ).fetchall()
        calls = connection.execute(
            "select renewal_id, called_at, call_id, forecast_category, amount"
            " from forecast_calls where source = ?",
            [source],
        ).fetchall()
        rates = dict(
            connection.execute(
                "select currency, arg_max(rate_to_reporting, valid_on) from fx_rates"
                " where valid_on <= ? group by 1",
                [last],
            ).fetchall()
        ) | {"USD": Decimal(1)}
    of_renewal = defaultdict(list)
    for renewal_id, called_at, call_id, category, amount in calls:
        of_renewal[renewal_id].append((called_at, call_id, category, amount))

    def called(row, day):
        renewal_id, due_on, status, closed_on, currency = row
        is_open = status == "open" or (closed_on is not None and closed_on > day)
        known = [each for each in of_renewal[renewal_id] if each[0].date() <= day]
        if not known or not is_open or due_on < day:
            return None
        at = max(each[0] for each in known)
        _, _, category, amount = min(each for each in known if each[0] == at)
        return None if amount is None else (category, cents(amount, rates[currency]))

    found = {}
    for row in renewals:
        renewal_id, due_on, status, closed_on, _ = row
        before, after = called(row, first), called(row, last)
        if before is None and after is None:
            continue
        gone = status != "open" and closed_on <= last
        due_quarter = (due_on.year, (due_on.month - 1) // 3)
        if before is None:
            kind = "new"
        elif after is not None:
            kind = (
                "re-classified"
                if before[0] != after[0]
                else "amount changed"
                if before[1] != after[1]
                else "unchanged"
            )
        elif gone and status == "churned":
            kind = "lost"
        elif gone:
            on_time = (closed_on.year, (closed_on.month - 1) // 3) <= due_quarter
            kind = "won" if on_time else "slipped"
        else:
            kind = "slipped" if due_on < last else "withdrawn"
        opening, closing = (Decimal(0) if each is None else each[1] for each in (before, after))
        found[renewal_id] = (kind, opening, closing, closing - opening)
    return found


@pytest.mark.parametrize("source", ["csm", "manager"])
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 10, 1), AS_OF),
        (date(2026, 7, 1), AS_OF),
        (date(2026, 1, 1), date(2026, 5, 20)),
        (date(2025, 11, 30), date(2026, 8, 31)),
    ],
)
def test_the_demo_is_what_another_calculation_finds(demo, demo_file, first, last, source):
    rows = between(demo, EVERYTHING, Filters(last), compared_on=first, source=source)
    expected = by_hand(demo_file, first, last, source)

    assert len(expected) > 50
    assert {
        row[0]: (row[1], row[2] or 0, row[3] or 0, row[4])
        for row in cells(
            rows, "renewal_id", "change_kind", "opening_amount", "closing_amount", "change_amount"
        )
    } == expected
    assert (
        rows["opening_amount"].sum() + rows["change_amount"].sum() == rows["closing_amount"].sum()
    )


def test_the_closing_call_of_one_comparison_opens_the_next(demo):
    days = [date(2026, 1, 1), date(2026, 4, 15), date(2026, 8, 1), AS_OF]
    dollars = []
    for first, middle, last in zip(days, days[1:], days[2:], strict=False):
        ids = between(demo, EVERYTHING, Filters(middle), compared_on=first)
        following = between(demo, EVERYTHING, Filters(last), compared_on=middle)
        closing = set(ids.drop_nulls("closing_amount")["renewal_id"])
        opening = set(following.drop_nulls("opening_amount")["renewal_id"])
        assert closing == opening
        dollars.append(len(closing))
    assert min(dollars) > 20


def test_parts_of_the_book_sum_to_the_whole(demo):
    whole = between(demo, EVERYTHING, TODAY, compared_on=BEFORE)
    parts = [
        between(demo, EVERYTHING, replace(TODAY, segments=(segment,)), compared_on=BEFORE)
        for segment in sorted(set(whole["segment"]))
    ]

    assert len(parts) == 3
    assert sum(each["change_amount"].sum() for each in parts) == whole["change_amount"].sum()
    assert sum(len(each) for each in parts) == len(whole)

"""Renewal rates under each rule of a policy, counted by hand on both sides of each line."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.access import EVERYTHING
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.queries import renewals
from dashboard.retention_policy import RetentionPolicy, UnknownPolicyError
from tests.factories import (
    AS_OF,
    account,
    cells,
    churned,
    rate,
    renewal,
    renewed,
    subscription,
)

TODAY = Filters(AS_OF)
DUE = date(2026, 8, 31)
DAY = timedelta(days=1)
RATES = ("gross_renewal_rate", "net_renewal_rate", "logo_renewal_rate")
LATE = ("excluded", "churned", "renewed")


def rates_of(warehouse, as_of=AS_OF, *, period="quarter", since=None, until=None, **choices):
    return renewals.rates_by_quarter(
        warehouse,
        EVERYTHING,
        Filters(as_of, since, until),
        policy=RetentionPolicy(**choices),
        period=period,
    )


def rated(warehouse, as_of=AS_OF, *, period="quarter", since=None, until=None, **choices):
    return renewals.rated(
        warehouse,
        EVERYTHING,
        Filters(as_of, since, until),
        policy=RetentionPolicy(**choices),
        period=period,
    )


def outcomes(frame: pl.DataFrame) -> dict:
    return dict(cells(frame, "renewal_id", "outcome"))


class TestTheSevenAccounts:
    """Opening 600 of six accounts at 100, a year, and what the issue of renewals says of it."""

    YEAR = date(2025, 1, 1)
    END = date(2026, 1, 1)

    @pytest.fixture
    def seven(self, warehouse_of):
        def line(account_id, arr, starts_on, ends_on, term=12):
            return subscription(
                arr,
                subscription_id=f"{account_id} {starts_on}",
                account_id=account_id,
                starts_on=starts_on,
                ends_on=ends_on,
                term_months=term,
            )

        def due(account_id, month, status, arr_renewed=None, *, late=0):
            due_on = date(2025, month, 1)
            return renewal(
                account_id,
                account_id=account_id,
                subscription_id=f"{account_id} {date(2024, month, 1)}",
                due_on=due_on,
                status=status,
                closed_on=due_on + late * DAY,
                arr_renewed=arr_renewed,
            )

        terms = [("A", 3, 110), ("B", 5, 80), ("C", 6, 105), ("E", 7, 100), ("G", 9, 80)]
        lines = [line("D", 100, date(2024, 4, 1), date(2027, 4, 1), 36)]
        for account_id, month, after in terms:
            came_back = 3 if account_id == "B" else 0
            lines += [
                line(account_id, 100, date(2024, month, 1), date(2025, month, 1)),
                line(account_id, after, date(2025, month + came_back, 1), date(2026, month, 1)),
            ]
        lines.append(line("F", 50, date(2025, 2, 1), date(2026, 2, 1)))
        lines.append(
            line("F", 20, date(2025, 8, 1), date(2026, 2, 1), 6) | {"subscription_id": "F more"}
        )
        return warehouse_of(
            accounts=[account(each) for each in "ABCDEFG"],
            subscriptions=lines,
            renewals=[
                due("A", 3, "renewed", Decimal(110)),
                due("B", 5, "churned", Decimal(0)),
                due("C", 6, "renewed", Decimal(105)),
                due("E", 7, "renewed", Decimal(100), late=10),
                due("G", 9, "renewed", Decimal(80)),
                renewal("D", account_id="D", due_on=date(2027, 4, 1)),
                renewal("F", account_id="F", due_on=date(2026, 2, 1), arr_due=Decimal(70)),
            ],
        )

    def ask(self, seven, **choices):
        answer = rates_of(
            seven, self.END, period="year", since=self.YEAR, until=self.END, **choices
        )
        (row,) = answer.rows()
        assert row[0] == self.YEAR
        return row[1:]

    @pytest.mark.parametrize(
        ("late", "decided", "rates"),
        [
            ("renewed", 5, (0.76, 395 / 500, 4 / 5)),
            ("excluded", 4, (0.70, 295 / 400, 3 / 4)),
            ("churned", 5, (0.56, 295 / 500, 3 / 5)),
        ],
    )
    def test_the_late_one_makes_twenty_points(self, seven, late, decided, rates):
        row = self.ask(seven, late_renewals=late)

        assert row[:3] == (5, Decimal(500), decided)
        assert row[3:] == pytest.approx(rates, abs=1e-12)

    def test_with_anniversaries_the_base_is_600(self, seven):
        row = self.ask(seven, late_renewals="renewed", multi_year="anniversaries")

        assert row[:3] == (6, Decimal(600), 6)
        assert row[3:] == pytest.approx((480 / 600, 495 / 600, 5 / 6), abs=1e-12)

    def test_of_the_whole_book_the_opening_is_600(self, seven):
        row = self.ask(seven, late_renewals="renewed", renewal_base="total_arr")

        assert row[:3] == (5, Decimal(500), 5)
        assert row[3:] == pytest.approx((1 - 120 / 600, 1 - 105 / 600, 5 / 6), abs=1e-12)


def late_by(days: int | None, status: str = "renewed", **fields: object) -> dict:
    if days is None:
        return renewal(f"open {status}", due_on=DUE, **fields)
    paid = {"renewed": Decimal(90), "churned": Decimal(0)}[status]
    closed_on = DUE + days * DAY
    return renewal(
        f"{status} {days}",
        due_on=DUE,
        status=status,
        closed_on=closed_on,
        arr_renewed=paid,
        **fields,
    )


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (
            "excluded",
            ["renewed", "renewed", "late, within grace", "late, within grace", "late, churn"],
        ),
        ("churned", ["renewed", "renewed", "windfall", "windfall", "windfall"]),
        ("renewed", ["renewed"] * 5),
    ],
)
def test_a_signature_is_late_from_the_day_after_the_due_date(warehouse_of, late, expected):
    days = (-1, 0, 1, 30, 31)
    warehouse = warehouse_of(accounts=[account()], renewals=[late_by(each) for each in days])

    rows = rated(warehouse, late_renewals=late)

    assert outcomes(rows) == dict(zip((f"renewed {each}" for each in days), expected, strict=True))
    in_the_rates = {
        "renewed": (100, 90, 90),
        "windfall": (100, 0, 0),
        "late, churn": (100, 0, 0),
        "late, within grace": (None, None, None),
    }
    counted = ("outcome", "counted_arr_due", "counted_arr_renewed", "counted_arr_capped")
    for outcome, *amounts in cells(rows, *counted):
        assert tuple(amounts) == in_the_rates[outcome]
    decided = [each for each in expected if each != "late, within grace"]
    gross = 0.9 * decided.count("renewed") / len(decided)
    ((count, due, among, *shares),) = cells(
        rates_of(warehouse, late_renewals=late), "renewals", "arr_due", "decided", *RATES
    )
    assert (count, due, among) == (5, 500, len(decided))
    logos = decided.count("renewed") / len(decided)
    assert shares == pytest.approx([gross, gross, logos], abs=1e-12)


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ("excluded", ["open", "open", "late, within grace", "late, within grace", "late, churn"]),
        ("churned", ["open", "open", "late, churn", "late, churn", "late, churn"]),
        ("renewed", ["open"] * 5),
    ],
)
def test_an_open_one_waits_as_long_as_the_policy_lets_it(warehouse_of, late, expected):
    warehouse = warehouse_of(accounts=[account()], renewals=[late_by(None)])

    for days, outcome in zip((-1, 0, 1, 30, 31), expected, strict=True):
        day = DUE + days * DAY
        ((found, due, is_decided),) = cells(
            rated(warehouse, day, late_renewals=late), "outcome", "counted_arr_due", "is_decided"
        )
        assert (found, is_decided) == (outcome, outcome == "late, churn")
        assert due == (100 if is_decided else None)
        answer = rates_of(warehouse, day, late_renewals=late)
        share = 0.0 if is_decided else None
        assert cells(answer, "renewals", "decided", *RATES) == [(1, int(is_decided), *[share] * 3)]


@pytest.mark.parametrize(("grace", "last_day"), [(0, 0), (1, 1), (45, 45)])
def test_the_grace_is_as_many_days_as_the_policy_says(warehouse_of, grace, last_day):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[late_by(last_day), late_by(last_day + 1), late_by(None)],
    )

    found = outcomes(rated(warehouse, DUE + 2 * (grace + 1) * DAY, grace_days=grace))

    assert found == {
        f"renewed {last_day}": "late, within grace" if grace else "renewed",
        f"renewed {last_day + 1}": "late, churn",
        "open renewed": "late, churn",
    }


@pytest.mark.parametrize("late", LATE)
def test_who_left_has_left_however_late_it_was_written_down(warehouse_of, late):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[late_by(days, "churned") for days in (-40, 0, 10, 60)],
    )

    assert set(outcomes(rated(warehouse, late_renewals=late)).values()) == {"churned"}
    answer = rates_of(warehouse, late_renewals=late)
    assert cells(answer, "decided", *RATES) == [(4, 0.0, 0.0, 0.0)]


def test_a_late_signature_is_known_from_its_day_on(warehouse_of):
    warehouse = warehouse_of(accounts=[account()], renewals=[late_by(40)])

    def seen(days, late):
        ((outcome,),) = cells(rated(warehouse, DUE + days * DAY, late_renewals=late), "outcome")
        return outcome

    assert [seen(days, "excluded") for days in (30, 39, 40)] == [
        "late, within grace",
        "late, churn",
        "late, churn",
    ]
    assert [seen(days, "churned") for days in (0, 39, 40)] == ["open", "late, churn", "windfall"]
    assert [seen(days, "renewed") for days in (0, 39, 40)] == ["open", "open", "renewed"]


@pytest.mark.parametrize("late", LATE)
def test_what_closed_on_no_known_day_was_not_late(warehouse_of, late):
    warehouse = warehouse_of(
        accounts=[account()], renewals=[renewed("undated", None, 90, due_on=DUE)]
    )

    assert outcomes(rated(warehouse, late_renewals=late)) == {"undated": "renewed"}


class TestEarly:
    """Closed before the due date, in another quarter than the one it was due in."""

    @pytest.fixture
    def early(self, warehouse_of):
        september = date(2026, 9, 30)
        return warehouse_of(
            accounts=[account()],
            renewals=[
                renewed("won early", september, 80, due_on=date(2026, 10, 15)),
                churned("lost early", september, due_on=date(2027, 1, 1)),
                renewed("on the day", date(2026, 10, 1), 100, due_on=date(2026, 10, 1)),
                renewed("late", date(2026, 10, 5), 100, due_on=date(2026, 9, 30)),
            ],
        )

    def test_it_counts_in_the_quarter_it_was_due_in(self, early):
        assert cells(rates_of(early), "due_quarter", "renewals", "decided", *RATES) == [
            (date(2026, 7, 1), 1, 0, None, None, None),
            (date(2026, 10, 1), 2, 2, 0.9, 0.9, 1.0),
            (date(2027, 1, 1), 1, 1, 0.0, 0.0, 0.0),
        ]

    def test_or_in_the_one_it_closed_in(self, early):
        answer = rates_of(early, early_renewals="close_date")

        assert cells(answer, "due_quarter", "renewals", "decided", *RATES) == [
            (date(2026, 7, 1), 3, 2, 0.4, 0.4, 0.5),
            (date(2026, 10, 1), 1, 1, 1.0, 1.0, 1.0),
        ]

    def test_the_window_is_on_the_day_it_counts_on(self, early):
        quarter = {"since": date(2026, 10, 1), "until": date(2027, 1, 1)}

        assert outcomes(rated(early, **quarter)).keys() == {"won early", "on the day"}
        by_close = {"early_renewals": "close_date"}
        assert outcomes(rated(early, **quarter, **by_close)).keys() == {"on the day"}
        before = {"since": date(2026, 9, 30), "until": date(2026, 10, 1)}
        assert outcomes(rated(early, **before, **by_close)).keys() == {
            "won early",
            "lost early",
            "late",
        }
        assert outcomes(rated(early, **before)).keys() == {"late"}

    def test_a_day_before_is_early(self, warehouse_of):
        first = date(2026, 10, 1)
        warehouse = warehouse_of(
            accounts=[account()], renewals=[renewed("r", first - DAY, 90, due_on=first)]
        )

        assert rated(warehouse)["counted_in"].to_list() == [first]
        by_close = rated(warehouse, early_renewals="close_date")
        assert by_close["counted_in"].to_list() == [date(2026, 7, 1)]

    def test_until_it_closes_it_is_awaited_where_it_is_due(self, early):
        day = date(2026, 9, 29)

        rows = rated(early, day, early_renewals="close_date")

        assert set(rows["outcome"]) == {"open"}
        assert dict(cells(rows, "renewal_id", "counted_in"))["won early"] == date(2026, 10, 1)


class TestOfTheWholeBook:
    """What renewals lost, of all that the period opened with."""

    @pytest.fixture
    def book(self, warehouse_of):
        return warehouse_of(
            accounts=[account(each) for each in ("a1", "a2", "a3", "a4")],
            subscriptions=[
                subscription(500, account_id="a1"),
                subscription(300, account_id="a2", ends_on=date(2026, 8, 1)),
                subscription(200, account_id="a3"),
                subscription(1_000, account_id="a4", starts_on=date(2026, 7, 2)),
            ],
            renewals=[
                churned("lost", DUE, due_on=DUE, account_id="a2", arr_due=300),
                renewed("less", DUE, 60, due_on=DUE, account_id="a1", arr_due=100),
                churned("a part", DUE, due_on=DUE, account_id="a1", arr_due=10),
                renewed("more", DUE, 250, due_on=DUE, account_id="a3", arr_due=200),
                renewal("awaited", due_on=date(2026, 12, 1), account_id="a3", arr_due=250),
            ],
        )

    def test_what_is_lost_is_of_the_opening_arr_and_customers(self, book):
        answer = rates_of(book, renewal_base="total_arr")

        assert cells(answer, "due_quarter", "renewals", "arr_due", "decided") == [
            (date(2026, 7, 1), 4, 610, 4),
            (date(2026, 10, 1), 1, 250, 0),
        ]
        found, awaited = cells(answer, *RATES)
        # 1,000 are open on 1 July; a4 comes the day after. a1 has lost a part and is kept.
        assert found == pytest.approx((1 - 350 / 1_000, 1 - 300 / 1_000, 1 - 1 / 3), abs=1e-12)
        assert awaited == (None, None, None)
        assert cells(rates_of(book), "gross_renewal_rate")[0][0] == pytest.approx(260 / 610)

    def test_the_opening_is_that_of_the_first_day(self, book):
        year = rates_of(book, renewal_base="total_arr", period="year")
        month = rates_of(book, renewal_base="total_arr", period="month")

        assert year["gross_renewal_rate"].to_list() == pytest.approx([1 - 350 / 1_000])
        # On 1 August a2 has gone and a4 has come.
        assert month["gross_renewal_rate"].to_list()[0] == pytest.approx(1 - 350 / 1_700)

    def test_a_period_that_has_not_begun_opens_with_the_as_of_date(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[
                subscription(400, ends_on=date(2027, 1, 1)),
                subscription(600, starts_on=date(2026, 12, 1)),
            ],
            renewals=[churned("early", AS_OF, due_on=date(2027, 1, 1), arr_due=100)],
        )

        answer = rates_of(warehouse, renewal_base="total_arr")

        assert cells(answer, "due_quarter", *RATES) == [(date(2027, 1, 1), 0.75, 0.75, 0.0)]

    def test_a_book_of_nothing_has_no_rate(self, warehouse_of):
        warehouse = warehouse_of(accounts=[account()], renewals=[churned("lost", DUE, due_on=DUE)])

        answer = rates_of(warehouse, renewal_base="total_arr")
        assert cells(answer, "decided", *RATES) == [(1, None, None, None)]

    def test_the_policys_level_does_not_matter(self, book):
        asked = {"renewal_base": "total_arr"}
        assert rates_of(book, **asked, level="product", logo_level="parent").equals(
            rates_of(book, **asked)
        )


def test_a_renewal_is_capped_at_what_was_due_one_by_one(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewed("grown", DUE, 300, due_on=DUE, arr_due=200),
            renewed("shrunk", DUE, 60, due_on=DUE, arr_due=80),
            renewed("to nothing", DUE, 0, due_on=DUE, arr_due=20),
            churned("lost", DUE, due_on=DUE, arr_due=100),
        ],
    )

    assert cells(rates_of(warehouse), *RATES) == [(260 / 400, 360 / 400, 0.75)]


def test_an_unknown_amount_is_in_no_rate_and_is_counted_as_due(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()],
        renewals=[
            renewed("known", DUE, 80, due_on=DUE),
            renewed("unknown", DUE, 0, due_on=DUE) | {"arr_renewed": None},
            renewed("unknown and late", DUE + DAY, 0, due_on=DUE) | {"arr_renewed": None},
            renewed("no rate", DUE, 0, due_on=DUE, currency="XXX"),
            churned("lost without a rate", DUE, due_on=DUE, currency="XXX"),
        ],
    )

    assert cells(rates_of(warehouse), "renewals", "arr_due", "decided", *RATES) == [
        (5, 300, 1, 0.8, 0.8, 1.0)
    ]
    assert outcomes(rated(warehouse)) == {
        "known": "renewed",
        "unknown": "amount unknown",
        "unknown and late": "late, within grace",
        "no rate": "amount unknown",
        "lost without a rate": "amount unknown",
    }
    # As churn it needs no amount.
    assert outcomes(rated(warehouse, late_renewals="churned"))["unknown and late"] == "windfall"


def test_where_nothing_was_due_there_is_no_rate_of_arr(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account()], renewals=[renewed("free", DUE, 10, due_on=DUE, arr_due=0)]
    )

    assert cells(rates_of(warehouse), "decided", *RATES) == [(1, None, None, 1.0)]


def test_amounts_are_at_the_rates_of_the_as_of_date(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account("a1"), account("a2", currency="EUR")],
        fx_rates=[
            rate("EUR", 1.155),
            rate("EUR", 2, date(2026, 9, 1)),
            rate("EUR", 9, AS_OF + DAY),
        ],
        renewals=[
            renewed("dollars", DUE, 100, due_on=DUE),
            renewed("euros", DUE, "0.30", due_on=DUE, arr_due="0.10", account_id="a2"),
        ],
    )

    amounts = ("renewal_id", "arr_due", "arr_renewed", "counted_arr_capped")
    assert cells(rated(warehouse), *amounts) == [
        ("dollars", Decimal(100), Decimal(100), Decimal(100)),
        ("euros", Decimal("0.20"), Decimal("0.60"), Decimal("0.20")),
    ]
    assert cells(rated(warehouse, DUE), *amounts)[1] == (
        *("euros", Decimal("0.12")),
        *(Decimal("0.35"), Decimal("0.12")),
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (
            Policy(fiscal_year_starts_in=2),
            {
                "month": [date(2026, 7, 1), date(2026, 8, 1)],
                "quarter": [date(2026, 5, 1), date(2026, 8, 1)],
                "year": [date(2026, 2, 1)],
            },
        ),
        # The last Sunday of December 2025 is the 28th: weeks are counted from the Monday after it.
        (
            Policy(fiscal_pattern="4-4-5"),
            {
                "month": [date(2026, 7, 27)],
                "quarter": [date(2026, 6, 29)],
                "year": [date(2025, 12, 29)],
            },
        ),
    ],
)
def test_periods_are_the_companys_own(warehouse_of, policy, expected):
    warehouse = warehouse_of(
        policy=policy,
        accounts=[account()],
        renewals=[
            renewal("last of July", due_on=date(2026, 7, 31)),
            renewal("first of August", due_on=date(2026, 8, 1)),
        ],
    )

    for period, starts in expected.items():
        assert rates_of(warehouse, period=period)["due_quarter"].to_list() == starts
        assert sorted(set(rated(warehouse, period=period)["counted_in"])) == starts


def test_days_outside_the_periods_a_company_loads_are_in_calendar_ones(warehouse_of):
    quarter = {
        "grain": "quarter",
        "period_start_on": date(2026, 1, 5),
        "period_end_on": date(2026, 4, 6),
        "label": "Q1",
    }
    warehouse = warehouse_of(
        accounts=[account()],
        fiscal_periods=[quarter],
        renewals=[renewal("in", due_on=date(2026, 4, 5)), renewal("out", due_on=DUE)],
    )

    assert rates_of(warehouse)["due_quarter"].to_list() == [date(2026, 1, 5), date(2026, 7, 1)]
    month = rates_of(warehouse, period="month")["due_quarter"].to_list()
    assert month == [date(2026, 4, 1), date(2026, 8, 1)]
    assert rates_of(warehouse, period="year")["due_quarter"].to_list() == [date(2026, 1, 1)]


@pytest.mark.parametrize("question", [renewals.rates_by_quarter, renewals.rated])
def test_a_policy_goes_by_its_name_and_the_companys_own_is_the_default(warehouse_of, question):
    rows = {"accounts": [account()], "renewals": [late_by(10), late_by(0)]}
    warehouse = warehouse_of(**rows)
    finance = warehouse_of(policy=Policy(retention_policy="Finance TTM"), **rows)

    def ask(of, **own):
        return question(of, EVERYTHING, TODAY, **own)

    assert ask(warehouse, policy="finance_ttm").equals(ask(finance))
    assert ask(warehouse).equals(ask(finance, policy="board"))
    assert not ask(warehouse).equals(ask(finance))
    with pytest.raises(UnknownPolicyError, match="no retention policy 'x'"):
        ask(warehouse, policy="x")
    with pytest.raises(ValueError, match=r"no period 'ttm'\. There are: month, quarter, year"):
        ask(warehouse, period="ttm")


def test_rows_tell_whose_they_are(warehouse_of):
    warehouse = warehouse_of(
        accounts=[account(region=None, csm_id=None)],
        renewals=[renewed("r", DUE, 90, due_on=DUE)],
    )

    (row,) = rated(warehouse).rows(named=True)

    whose = ("account_id", "account_name", "segment", "region", "csm_name", "due_on", "closed_on")
    assert [row[name] for name in whose] == ["a1", "A1", "Enterprise", "Unknown", None, DUE, DUE]

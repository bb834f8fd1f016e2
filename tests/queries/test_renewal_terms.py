"""What a term does to renewal rates: one of several years, and one of less than six months."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import AS_OF, account, cells, churned, rate, renewal, renewed, subscription
from tests.queries.test_renewal_rates import DAY, DUE, RATES, rated, rates_of


class TestAnniversaries:
    """Days inside a term of several years on which nothing was due."""

    def days(self, warehouse_of, *lines, as_of=AS_OF, renewals_=(), **tables):
        numbered = [
            {"subscription_id": f"s{place}"} | dict(line) for place, line in enumerate(lines)
        ]
        warehouse = warehouse_of(
            accounts=tables.pop("accounts", [account()]),
            subscriptions=numbered,
            renewals=list(renewals_),
            loaded=["renewals"],
            **tables,
        )
        rows = rated(warehouse, as_of, multi_year="anniversaries")
        assert rated(warehouse, as_of).filter(outcome="anniversary").is_empty()
        return cells(rows.filter(outcome="anniversary"), "due_on", "arr_due")

    def line(self, starts_on, ends_on=None, term_months=None, arr=100, **fields):
        own = (
            {"subscription_id": fields.pop("subscription_id")}
            if "subscription_id" in fields
            else {}
        )
        row = subscription(
            arr, starts_on=starts_on, ends_on=ends_on, term_months=term_months, **fields
        )
        row.pop("subscription_id")
        return row | own

    def test_those_of_three_years_lie_between_start_and_end(self, warehouse_of):
        found = self.days(
            warehouse_of, self.line(date(2022, 3, 1), date(2025, 3, 1), 36, arr="120.50")
        )
        assert found == [
            (date(2023, 3, 1), Decimal("120.50")),
            (date(2024, 3, 1), Decimal("120.50")),
        ]

    def test_a_row_of_one_counts_as_due_and_renewed(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[
                subscription(starts_on=date(2025, 8, 1), ends_on=date(2027, 8, 1), term_months=24)
            ],
            renewals=[churned("lost", DUE, due_on=DUE, arr_due=300)],
        )

        answer = rates_of(warehouse, multi_year="anniversaries")

        assert cells(answer, "renewals", "arr_due", "decided", *RATES) == [
            (2, 400, 2, 0.25, 0.25, 0.5)
        ]
        (row, _) = rated(warehouse, multi_year="anniversaries").rows(named=True)
        assert row["renewal_id"] is row["closed_on"] is None
        assert row["is_decided"]
        assert row["due_on"] == date(2026, 8, 1)
        assert row["counted_in"] == date(2026, 7, 1)
        assert [row[name] for name in RATED_AMOUNTS] == [Decimal(100)] * 5

    @pytest.mark.parametrize(
        ("ends_on", "term_months", "counts"),
        [
            (date(2026, 6, 1), 24, True),
            (date(2026, 6, 1), 23, True),  # It spans two years, whatever the term says.
            (date(2026, 5, 31), 23, False),
            (date(2026, 5, 31), None, False),
            (date(2026, 5, 31), 24, True),
            (date(2026, 6, 1), None, True),
            (None, 24, True),
            (None, 23, False),
            (None, None, False),
        ],
    )
    def test_a_term_of_two_years_is_long(self, warehouse_of, ends_on, term_months, counts):
        found = self.days(warehouse_of, self.line(date(2024, 6, 1), ends_on, term_months))

        assert found == ([(date(2025, 6, 1), Decimal(100))] if counts else [])

    def test_a_line_without_an_end_is_followed_through_its_first_term(self, warehouse_of):
        found = self.days(warehouse_of, self.line(date(2020, 1, 1), None, 36))

        assert [day for day, _ in found] == [date(2021, 1, 1), date(2022, 1, 1)]

    def test_a_line_that_ended_early_has_none_after_its_end(self, warehouse_of):
        line = self.line(date(2022, 1, 1), date(2023, 1, 2), 36)
        cut = self.line(date(2022, 2, 1), date(2023, 2, 1), 36)

        assert self.days(warehouse_of, line, cut) == [(date(2023, 1, 1), Decimal(100))]

    def test_a_leap_day_falls_on_the_28th_in_other_years(self, warehouse_of):
        found = self.days(warehouse_of, self.line(date(2020, 2, 29), date(2024, 3, 1), 48))

        assert [day for day, _ in found] == [
            date(2021, 2, 28),
            date(2022, 2, 28),
            date(2023, 2, 28),
            date(2024, 2, 29),
        ]
        ended = self.line(date(2020, 2, 29), date(2024, 2, 29), 48)
        assert len(self.days(warehouse_of, ended)) == 3
        two_years = self.line(date(2020, 2, 29), date(2022, 2, 28), None)
        assert self.days(warehouse_of, two_years) == [(date(2021, 2, 28), Decimal(100))]

    def test_one_of_the_as_of_date_counts_and_one_of_the_next_day_does_not(self, warehouse_of):
        line = self.line(date(2024, 10, 31), date(2027, 10, 31), 36)

        assert len(self.days(warehouse_of, line)) == 2
        assert len(self.days(warehouse_of, line, as_of=AS_OF - DAY)) == 1

    def test_the_window_is_on_the_day_itself(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[subscription(starts_on=date(2022, 7, 1), term_months=48)],
            loaded=["renewals"],
        )

        def days(since, until):
            rows = rated(warehouse, since=since, until=until, multi_year="anniversaries")
            return [day.year for day in rows["due_on"]]

        assert days(date(2023, 7, 1), date(2025, 7, 1)) == [2023, 2024]
        assert days(date(2023, 7, 2), date(2025, 7, 2)) == [2024, 2025]

    def test_a_line_that_costs_nothing_has_none(self, warehouse_of):
        assert not self.days(warehouse_of, self.line(date(2022, 1, 1), date(2025, 1, 1), 36, arr=0))

    def test_lines_of_one_account_and_day_are_one(self, warehouse_of):
        fx = {"fx_rates": [rate("EUR", 1.155)]}
        lines = [
            self.line(date(2024, 1, 1), date(2026, 1, 1), 24, arr="0.10"),
            self.line(date(2023, 1, 1), date(2026, 1, 1), 36, arr="0.10"),
            self.line(date(2024, 1, 1), date(2026, 1, 1), 24, arr="0.10", currency="EUR"),
            self.line(date(2024, 1, 1), date(2026, 1, 1), 24, account_id="a2"),
        ]

        found = self.days(warehouse_of, *lines, accounts=[account(), account("a2")], **fx)

        # 0.10 euros are 0.1155 dollars.
        assert found == [
            (date(2024, 1, 1), Decimal("0.10")),
            (date(2025, 1, 1), Decimal(100)),
            (date(2025, 1, 1), Decimal("0.32")),
        ]

    def test_what_has_no_rate_is_not_decided(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[
                subscription(
                    starts_on=date(2024, 1, 1),
                    ends_on=date(2026, 1, 1),
                    term_months=24,
                    currency="XXX",
                )
            ],
            loaded=["renewals"],
        )

        rows = rated(warehouse, multi_year="anniversaries")
        assert cells(rows, "outcome", "is_decided", "arr_due") == [("amount unknown", False, None)]

    @pytest.mark.parametrize(
        ("kept", "other_line_ends", "counts"),
        [
            ({"subscription_id": "long"}, False, False),
            ({"subscription_id": "other"}, True, True),
            ({}, False, False),  # It can be about nothing else.
            ({}, True, True),  # It is about the line that ends.
            ({"due_on": date(2025, 6, 2)}, False, True),
        ],
    )
    def test_one_that_the_company_keeps_as_a_renewal_is_not_counted_twice(
        self, warehouse_of, kept, other_line_ends, counts
    ):
        day = date(2025, 6, 1)
        lines = [self.line(date(2024, 6, 1), date(2026, 6, 1), 24, subscription_id="long")]
        ends_on = day if other_line_ends else date(2025, 9, 1)
        lines.append(self.line(date(2024, 6, 1), ends_on, 12, subscription_id="other"))
        own = renewed("own", day, 100, **({"due_on": day} | kept))

        found = self.days(warehouse_of, *lines, renewals_=[own])

        assert found == ([(day, Decimal(100))] if counts else [])


RATED_AMOUNTS = (
    "arr_due",
    "arr_renewed",
    "counted_arr_due",
    "counted_arr_renewed",
    "counted_arr_capped",
)


class TestMonthToMonth:
    """Terms shorter than six months."""

    def is_left_out(self, warehouse_of, *lines, **fields):
        warehouse = warehouse_of(
            accounts=[account(), account("a2")],
            subscriptions=list(lines),
            renewals=[renewed("r", DUE, 90, due_on=DUE, **fields)],
        )
        (outcome,) = rated(warehouse)["outcome"]
        assert outcome in {"renewed", "month to month"}
        assert rated(warehouse, month_to_month="counted")["outcome"].to_list() == ["renewed"]
        assert len(rates_of(warehouse, month_to_month="counted")) == 1
        left_out = outcome == "month to month"
        answer = rates_of(warehouse)
        assert cells(answer, "renewals", "decided") == ([] if left_out else [(1, 1)])
        return left_out

    def line(self, starts_on, ends_on, term_months=None, name="s", **fields):
        return subscription(
            subscription_id=name,
            starts_on=starts_on,
            ends_on=ends_on,
            term_months=term_months,
            **fields,
        )

    @pytest.mark.parametrize(("months", "left_out"), [(0, True), (1, True), (5, True), (6, False)])
    def test_the_term_decides(self, warehouse_of, months, left_out):
        line = self.line(date(2025, 8, 31), DUE, months)

        assert self.is_left_out(warehouse_of, line, subscription_id="s") is left_out

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "left_out"),
        [
            (date(2026, 2, 28), DUE, False),
            (date(2026, 3, 1), DUE, True),
            (date(2025, 8, 31), date(2026, 2, 28), False),  # The month's last day.
            (date(2025, 8, 31), date(2026, 2, 27), True),
            (date(2023, 8, 31), date(2024, 2, 28), True),  # A leap year has one day more.
            (date(2023, 8, 31), date(2024, 2, 29), False),
            (date(2024, 2, 29), date(2024, 8, 29), False),
            (date(2024, 2, 29), date(2024, 8, 28), True),
            (date(2026, 3, 1), None, False),
        ],
    )
    def test_without_a_term_its_days_do(self, warehouse_of, starts_on, ends_on, left_out):
        line = self.line(starts_on, ends_on)

        assert self.is_left_out(warehouse_of, line, subscription_id="s") is left_out

    def test_the_term_is_believed_over_the_days(self, warehouse_of):
        cut_short = self.line(date(2026, 6, 1), DUE, 12)

        assert self.is_left_out(warehouse_of, cut_short, subscription_id="s") is False

    @pytest.mark.parametrize(
        ("terms", "ends_on", "left_out"),
        [
            ((1,), DUE, True),
            ((1, 3), DUE, True),
            ((1, 12), DUE, False),
            ((1, None), DUE, True),  # From 1 June on.
            ((1,), DUE + DAY, False),
            ((), DUE, False),
        ],
    )
    def test_without_a_line_those_that_end_that_day_do(
        self, warehouse_of, terms, ends_on, left_out
    ):
        lines = [
            self.line(date(2026, 6, 1), ends_on, term, str(place))
            for place, term in enumerate(terms)
        ]
        elses = self.line(date(2026, 6, 1), DUE, 1, "else's", account_id="a2")

        assert self.is_left_out(warehouse_of, *lines, elses) is left_out

    def test_a_line_that_has_not_begun_yet_says_nothing(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[self.line(date(2026, 8, 1), DUE)],
            renewals=[renewal("r", due_on=DUE)],
        )

        assert rated(warehouse, date(2026, 7, 31))["outcome"].to_list() == ["open"]
        assert rated(warehouse, date(2026, 8, 1))["outcome"].to_list() == ["month to month"]

    def test_it_is_in_no_count_and_in_no_sum(self, warehouse_of):
        warehouse = warehouse_of(
            accounts=[account()],
            subscriptions=[self.line(date(2026, 8, 1), DUE, 1)],
            renewals=[
                churned("month", DUE, due_on=DUE, subscription_id="s"),
                renewed("year", DUE - DAY, 100, due_on=DUE - DAY, arr_due=200),
            ],
        )

        assert cells(rates_of(warehouse), "renewals", "arr_due", "decided", *RATES) == [
            (1, 200, 1, 0.5, 0.5, 1.0)
        ]
        assert cells(
            rates_of(warehouse, month_to_month="counted"), "renewals", "arr_due", "decided", *RATES
        ) == [(2, 300, 2, 100 / 300, 100 / 300, 0.5)]

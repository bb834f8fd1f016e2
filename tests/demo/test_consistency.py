"""Rules that the data of every demo company keep; each query returns the rows that break one."""

import pytest

from dashboard import contract

REFERENCES = [
    (table.name, column.name, column.references)
    for table in contract.tables().values()
    for column in table.columns
    if column.references
]
RUNNING = """
    running as (
        select *, sum(amount) over w as arr, sum(amount) over w - amount as arr_before
        from arr_movements
        window w as (partition by account_id order by effective_on, movement_id)
    )
"""


def live(day: str) -> str:
    return f"starts_on <= {day} and (ends_on is null or ends_on > {day})"


def test_every_contract_table_but_the_fiscal_calendar_is_filled(any_company):
    ask, _ = any_company
    empty = [name for name in contract.tables() if not ask(f"select 1 from {name} limit 1")]
    assert empty == []


def test_keys_are_unique(any_company):
    ask, _ = any_company
    for table in contract.tables().values():
        key = ", ".join(table.key)
        assert ask(f"select {key} from {table.name} group by all having count(*) > 1") == [], table


@pytest.mark.parametrize(("table", "column", "other"), REFERENCES)
def test_every_reference_points_to_a_row(any_company, table, column, other):
    ask, _ = any_company
    (key,) = contract.tables()[other].key
    assert (
        ask(
            f"select {column} from {table} where {column} is not null"
            f" and {column} not in (select {key} from {other}) limit 5"
        )
        == []
    )


def test_values_keep_the_vocabularies_and_ranges_of_the_contract(any_company):
    ask, _ = any_company
    for table in contract.tables().values():
        for column in table.columns:
            broken = []
            if column.vocabulary:
                words = ", ".join(f"'{word}'" for word in column.vocabulary)
                broken.append(f"{column.name} not in ({words})")
            if column.least is not None:
                broken.append(
                    f"{column.name} {'<=' if column.least_excluded else '<'} {column.least}"
                )
            if column.most is not None:
                broken.append(f"{column.name} > {column.most}")
            for rule in broken:
                assert ask(f"select * from {table.name} where {rule} limit 5") == [], rule


def test_answers_lie_on_the_scale_of_their_survey(any_company):
    ask, _ = any_company
    assert (
        ask(
            "select * from survey_responses where (score is null) != (responded_on is null)"
            " or (survey = 'csat' and score not between 1 and 5) or responded_on < sent_on"
            " or followed_up_on < responded_on"
        )
        == []
    )


def test_movements_start_with_new_and_never_run_below_zero(any_company):
    ask, _ = any_company
    assert ask(f"with {RUNNING} select * from running where arr < 0") == []
    assert (
        ask(
            "select account_id, min_by(movement, (effective_on, movement_id)) as first,"
            " count(*) filter (where movement = 'new') as news from arr_movements"
            " group by account_id having first != 'new' or news != 1"
        )
        == []
    )
    assert ask("select account_id from accounts except select account_id from arr_movements") == []


def test_movements_are_classified_by_account(any_company):
    ask, _ = any_company
    assert (
        ask(f"""
        with {RUNNING}
        select * from running
        where (arr_before = 0) != (movement in ('new', 'reactivation'))
            or (arr = 0) != (movement = 'churn')
            or (movement = 'expansion' and amount <= 0)
            or (movement = 'contraction' and amount >= 0)
    """)
        == []
    )


def test_an_account_has_one_movement_a_day_and_reason(any_company):
    ask, _ = any_company
    assert (
        ask(
            "select account_id, effective_on, reason from arr_movements"
            " group by all having count(*) > 1"
        )
        == []
    )


def test_movements_sum_to_the_live_subscriptions_on_every_day_of_change(any_company):
    ask, as_of = any_company
    assert (
        ask(
            f"""
        with days as (
            select account_id, effective_on as day from arr_movements
            union select account_id, starts_on from subscriptions
            union select account_id, ends_on from subscriptions where ends_on <= ?
            union select account_id, cast(? as date) from accounts
        ), sums as (
            select account_id, day,
                coalesce((select sum(amount) from arr_movements as m
                    where m.account_id = days.account_id and m.effective_on <= day), 0) as moved,
                coalesce((select sum(arr) from subscriptions as s
                    where s.account_id = days.account_id and {live("day")}), 0) as held
            from days
        )
        select * from sums where moved != held
        """,
            as_of,
            as_of,
        )
        == []
    )


def test_customers_pay_and_those_who_churned_do_not(any_company):
    ask, as_of = any_company
    assert (
        ask(
            f"""
        with held as (
            select account_id, sum(arr) as arr from subscriptions where {live("?")} group by 1)
        select * from accounts left join held using (account_id)
        where (churned_on is null) != (lifecycle_stage != 'Churned')
            or (churned_on is null) != (coalesce(arr, 0) > 0)
        """,
            as_of,
            as_of,
        )
        == []
    )


def test_the_stage_is_churned_from_leaving_to_returning_and_at_no_other_time(any_company):
    ask, _ = any_company
    left = """
        select account_id, effective_on as valid_from_on, (
            select min(effective_on) from arr_movements as m
            where m.account_id = left_on.account_id and m.effective_on > left_on.effective_on
                and m.movement = 'reactivation') as valid_to_on
        from arr_movements as left_on where movement = 'churn'
    """
    stages = "select account_id, valid_from_on, valid_to_on from account_history"
    churned = f"{stages} where field = 'lifecycle_stage' and value = 'Churned'"
    assert ask(f"({left}) except ({churned})") == []
    assert ask(f"({churned}) except ({left})") == []


@pytest.mark.parametrize("field", ["segment", "csm_id", "lifecycle_stage", "region"])
def test_an_account_is_what_the_open_row_of_its_history_says(any_company, field):
    ask, _ = any_company
    assert (
        ask(f"""
        select accounts.account_id, accounts.{field}, value from accounts
        left join account_history as h
            on h.account_id = accounts.account_id and h.field = '{field}' and valid_to_on is null
        where accounts.{field} is distinct from value
    """)
        == []
    )


def test_spans_of_the_history_follow_one_another(any_company):
    ask, as_of = any_company
    assert (
        ask(
            """
        select * from (select *, lead(valid_from_on) over (
            partition by account_id, field order by valid_from_on) as next_on from account_history)
        where valid_to_on <= valid_from_on or valid_to_on > next_on
            or (valid_to_on is null and next_on is not null) or valid_from_on > ?
            or (valid_to_on is null and field in ('segment', 'region') and next_on is not null)
        """,
            as_of,
        )
        == []
    )


def test_every_term_that_ended_has_its_renewal_and_every_customer_an_open_one(any_company):
    ask, as_of = any_company
    ended = """
        select s.account_id, ends_on from subscriptions as s
        where arr > 0 and ends_on <= ? and not exists (select 1 from churn_events as c
            where c.account_id = s.account_id and c.churned_on = s.ends_on)
    """
    past = "select account_id, due_on from renewals where due_on <= ?"
    assert ask(f"{ended} except {past}", as_of, as_of) == []
    assert ask(f"{past} except {ended}", as_of, as_of) == []
    assert (
        ask(
            "select account_id from accounts where churned_on is null"
            " and (select count(*) from renewals as r"
            " where r.account_id = accounts.account_id and status = 'open') != 1"
        )
        == []
    )
    assert (
        ask(
            "select * from renewals join accounts using (account_id)"
            " where status = 'open' and churned_on is not null"
        )
        == []
    )


def test_an_open_renewal_is_due_when_the_current_term_ends_or_a_little_late(any_company):
    ask, as_of = any_company
    assert (
        ask(
            f"""
        select * from renewals as r where status = 'open' and due_on > ? and not exists (
            select 1 from subscriptions as s where s.account_id = r.account_id and arr > 0
            and s.ends_on = r.due_on and {live("?")})
        """,
            as_of,
            as_of,
            as_of,
        )
        == []
    )
    late = ask(
        "select ? - due_on from renewals where status = 'open' and due_on <= ?", as_of, as_of
    )
    assert late
    assert all(0 <= days <= 20 for (days,) in late)


def test_what_was_due_is_the_arr_just_before_and_what_renewed_the_arr_after(any_company):
    ask, as_of = any_company
    assert (
        ask(
            """
        select * from (select *,
            (select coalesce(sum(arr), 0) from subscriptions as s where s.account_id = r.account_id
                and starts_on < due_on and (ends_on is null or ends_on >= due_on)) as before,
            (select coalesce(sum(arr), 0) from subscriptions as s where s.account_id = r.account_id
                and starts_on <= due_on and (ends_on is null or ends_on > due_on)) as after
            from renewals as r)
        where arr_due != before or (status != 'open' and arr_renewed != after)
            or (status = 'churned' and (arr_renewed != 0 or churn_reason is null))
            or (status = 'open' and (closed_on is not null or arr_renewed is not null))
            or (status != 'open' and (closed_on is null or closed_on > ?))
        """,
            as_of,
        )
        == []
    )


def test_nothing_has_happened_after_the_as_of_date(any_company):
    ask, as_of = any_company
    ahead = {"due_on", "ends_on", "expected_close_on", "valid_to_on", "ramped_on"}
    ahead |= {"period_start_on", "period_end_on"}
    for table in contract.tables().values():
        for column in table.columns:
            if column.kind not in {"date", "timestamp"} or table.name == "fiscal_periods":
                continue
            until = "cast(? as date)" if column.name not in ahead else "cast(? as date) + 365 * 20"
            query = (
                f"select * from {table.name} where {column.name} > {until}"
                f" or {column.name} < date '1990-01-01' limit 3"
            )
            assert ask(query, as_of) == [], (table.name, column.name)


def test_nothing_ends_before_it_began(any_company):
    ask, _ = any_company
    for table, earlier, later in (
        ("subscriptions", "starts_on", "ends_on"),
        ("support_cases", "opened_at", "closed_at"),
        ("risks", "opened_on", "resolved_on"),
        ("risks", "opened_on", "escalated_on"),
        ("risks", "escalated_on", "resolved_on"),
        ("opportunities", "created_on", "closed_on"),
        ("digital_touches", "sent_at", "reached_at"),
        ("digital_touches", "reached_at", "acted_at"),
        ("accounts", "customer_since", "churned_on"),
        ("accounts", "customer_since", "stage_entered_on"),
        ("team_members", "hired_on", "level_since_on"),
    ):
        assert ask(f"select * from {table} where {later} < {earlier} limit 3") == [], (table, later)


def test_movements_are_booked_within_two_days_but_for_a_handful_back_dated(any_company):
    ask, _ = any_company
    delays = ask(
        "select date_diff('day', effective_on, cast(recorded_at as date)) as days, count(*)"
        " from arr_movements group by 1"
    )
    prompt = sum(rows for days, rows in delays if 0 <= days <= 2)
    late = sum(rows for days, rows in delays if 30 <= days <= 70)
    assert prompt + late == sum(rows for _, rows in delays)
    assert 0 < late < prompt / 30


def test_money_is_in_the_currency_of_the_account_and_every_currency_has_a_rate(any_company):
    ask, _ = any_company
    for table in ("subscriptions", "arr_movements", "renewals", "product_fit", "advocacy_events"):
        assert (
            ask(
                f"select * from {table} as t join accounts as a using (account_id)"
                " where t.currency is distinct from a.currency limit 3"
            )
            == []
        )
    assert (
        ask(
            "select currency from fx_rates group by 1"
            " having min(valid_on) > (select min(starts_on) from subscriptions)"
        )
        == []
    )
    assert ask("select distinct currency from accounts except select currency from fx_rates") == []
    assert ask("select * from fx_rates where currency = 'USD' and rate_to_reporting != 1") == []
    assert ask(
        "select count(distinct rate_to_reporting) > 12 from fx_rates where currency = 'EUR'"
    ) == [(True,)]


def test_a_csm_holds_only_accounts_of_one_segment_and_nobody_who_left_holds_any(any_company):
    ask, as_of = any_company
    assert (
        ask(
            "select * from accounts join team_members on csm_id = member_id"
            " where segment != segment_focus or role != 'csm' or left_on is not null"
        )
        == []
    )
    assert (
        ask(
            "select * from account_history as h join team_members on value = member_id"
            " where field = 'csm_id' and coalesce(valid_to_on, ?) > left_on",
            as_of,
        )
        == []
    )
    assert (
        ask(
            "select * from account_history join team_members on value = member_id"
            " where field = 'csm_id' and valid_from_on < hired_on"
        )
        == []
    )


def test_the_reporting_lines_are_a_tree_under_one_executive(any_company):
    ask, _ = any_company
    assert ask("""
        with recursive below as (
            select member_id, 0 as depth from team_members where manager_id is null
            union all
            select t.member_id, depth + 1 from team_members as t
            join below on t.manager_id = below.member_id where depth < 9
        )
        select (select count(*) from below) = (select count(*) from team_members),
            count(*) filter (where role = 'executive'), count(*) filter (where role = 'finance'),
            count(*) filter (where role = 'people'), count(*) filter (where manager_id is null),
            count(distinct lower(email)) = count(*), count(*) filter (where left_on is not null)
        from team_members
    """) == [(True, 1, 1, 1, 1, True, 1)]
    assert (
        ask(
            "select * from team_members where not regexp_matches(email,"
            " '^[a-z]+\\.[a-z]+[0-9]*@demo\\.example$')"
        )
        == []
    )


def test_forecast_categories_of_an_opportunity_follow_one_another_to_todays(any_company):
    ask, _ = any_company
    assert (
        ask("""
        select * from (select *, lag(new_value) over w as before, lead(changed_at) over w as next_at
            from opportunity_history window w as (
                partition by opportunity_id, field order by changed_at))
        join opportunities using (opportunity_id)
        where old_value = new_value or (before is not null and before != old_value)
            or (next_at is null and field = 'forecast_category'
                and new_value != forecast_category)
            or (next_at is null and field = 'stage' and new_value != stage)
            or cast(changed_at as date) < created_on
    """)
        == []
    )


def test_calls_are_made_before_a_renewal_is_closed(any_company):
    ask, _ = any_company
    assert (
        ask(
            "select * from forecast_calls join renewals using (renewal_id)"
            " where cast(called_at as date) > coalesce(closed_on, due_on) limit 3"
        )
        == []
    )


def test_weekly_tables_lie_on_mondays_in_the_order_of_accounts(any_company):
    ask, as_of = any_company
    for table, day in (("health_scores", "measured_on"), ("usage_weekly", "week_on")):
        ((first, last, mondays),) = ask(
            f"select min({day}), max({day}), bool_and(dayofweek({day}) = 1) from {table}"
        )
        assert mondays
        assert 0 <= (as_of - last).days < 7
        assert first < last

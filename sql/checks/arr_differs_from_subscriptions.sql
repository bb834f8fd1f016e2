-- Days from which ARR by movements differs from that of live subscriptions, one row per account and day.
-- Params: reporting_currency varchar.
-- Rests on: arr_movements, subscriptions.
-- A day is judged up to the last one on which movements are both recorded and effective; a difference that
-- goes on unchanged is one row. The tolerance is 1.00 of the currency.
with

horizon as (

    select
        case
            when max(effective_on) < max(cast(recorded_at as date)) then max(effective_on)
            else max(cast(recorded_at as date))
        end as last_on
    from arr_movements

),

changes as (

    select
        account_id,
        currency,
        effective_on as changed_on,
        movement_id,
        null as subscription_id,
        amount as movement_change,
        0 as subscription_change
    from arr_movements

    union all

    select
        account_id,
        currency,
        starts_on as changed_on,
        null as movement_id,
        subscription_id,
        0 as movement_change,
        arr as subscription_change
    from subscriptions
    where ends_on is null or starts_on < ends_on

    union all

    select
        account_id,
        currency,
        ends_on as changed_on,
        null as movement_id,
        subscription_id,
        0 as movement_change,
        -arr as subscription_change
    from subscriptions
    where starts_on < ends_on

),

days as (

    select
        changes.account_id,
        coalesce(changes.currency, accounts.currency, :reporting_currency) as currency,
        changes.changed_on,
        max(changes.movement_id) as movement_id,
        max(changes.subscription_id) as subscription_id,
        sum(changes.movement_change) as movement_change,
        sum(changes.subscription_change) as subscription_change
    from changes
    left join accounts
        on changes.account_id = accounts.account_id
    group by
        changes.account_id,
        coalesce(changes.currency, accounts.currency, :reporting_currency),
        changes.changed_on

),

running as (

    select
        account_id,
        currency,
        changed_on,
        movement_id,
        subscription_id,
        sum(movement_change) over (
            partition by account_id, currency
            order by changed_on
            rows between unbounded preceding and current row
        ) as by_movements,
        sum(subscription_change) over (
            partition by account_id, currency
            order by changed_on
            rows between unbounded preceding and current row
        ) as by_subscriptions
    from days

),

differences as (

    select
        account_id,
        currency,
        changed_on,
        movement_id,
        subscription_id,
        by_movements,
        by_subscriptions,
        by_movements - by_subscriptions as difference,
        coalesce(
            lag(by_movements - by_subscriptions) over (
                partition by account_id, currency
                order by changed_on
            ),
            0
        ) as difference_before
    from running

)

select
    case when differences.movement_id is null then 'subscriptions' else 'arr_movements' end as table_name,
    coalesce(differences.movement_id, differences.subscription_id) as row_key,
    differences.account_id,
    case when differences.movement_id is null then 'arr' else 'amount' end as column_name,
    'arr_differs_from_subscriptions' as rule,
    cast(differences.changed_on as varchar)
    || ': movements ' || cast(cast(differences.by_movements as decimal(38, 2)) as varchar)
    || ', subscriptions ' || cast(cast(differences.by_subscriptions as decimal(38, 2)) as varchar)
    || ' ' || differences.currency as value,
    cast(abs(differences.difference) as decimal(18, 2)) as arr
from differences
inner join horizon
    on differences.changed_on <= horizon.last_on
where
    exists (select 1 from subscriptions)
    and abs(differences.difference) > 1
    and (
        abs(differences.difference_before) <= 1
        or abs(differences.difference - differences.difference_before) > 1
    )
order by differences.account_id, differences.changed_on, differences.currency

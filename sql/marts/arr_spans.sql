-- ARR of each account as a step function of time, one row per account, currency and step.
-- Params: reporting_currency varchar.
-- From 1900 on, so that every account has one span on every day and an account that pays nothing has a span
-- of zero.
with

events as (

    select
        account_id,
        currency,
        changed_on,
        change
    from arr_changes

    union all

    select
        account_id,
        coalesce(currency, :reporting_currency) as currency,
        date '1900-01-01' as changed_on,
        cast(0 as decimal(18, 2)) as change
    from accounts
    where
        exists (select 1 from subscriptions)
        or exists (select 1 from arr_movements)

),

changes as (

    select
        account_id,
        currency,
        changed_on,
        sum(change) as change
    from events
    group by account_id, currency, changed_on

)

select
    account_id,
    currency,
    changed_on as starts_on,
    lead(changed_on) over (
        partition by account_id, currency
        order by changed_on
    ) as ends_on,
    cast(
        sum(change) over (
            partition by account_id, currency
            order by changed_on
            rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as arr
from changes

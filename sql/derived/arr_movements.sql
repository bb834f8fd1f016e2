-- Movements of ARR as a company without any would have booked them, one row per account, currency and day.
-- Params: as_of date, reporting_currency varchar.
-- Rests on: subscriptions.
-- The rule: lines of one day count together, so a term that is followed by another on the day it ends is no
-- movement, a second product is an expansion, and cancelling one of two a contraction. ARR from nothing is
-- new the first time and a reactivation later; ARR to nothing is a churn. A gap of a day between two terms is
-- a churn and a reactivation: whether a late renewal is a loss is for the retention policy to say. Ends and
-- starts after the as-of date have not happened and are no movements. Lines say no reason and no day of
-- booking: the reason is empty, and a movement counts as booked on the day it takes effect.
with

lines as (

    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.product_id,
        coalesce(subscriptions.currency, accounts.currency, :reporting_currency) as currency,
        subscriptions.starts_on,
        subscriptions.ends_on,
        subscriptions.arr
    from subscriptions
    inner join accounts
        on subscriptions.account_id = accounts.account_id
    where
        subscriptions.arr <> 0
        and (subscriptions.ends_on is null or subscriptions.starts_on < subscriptions.ends_on)

),

changes as (

    select
        subscription_id,
        account_id,
        product_id,
        currency,
        starts_on as changed_on,
        arr as change
    from lines
    where starts_on <= :as_of

    union all

    select
        subscription_id,
        account_id,
        product_id,
        currency,
        ends_on as changed_on,
        -arr as change
    from lines
    where ends_on <= :as_of

),

days_by_currency as (

    select
        account_id,
        currency,
        changed_on,
        sum(change) as change,
        case
            when count(product_id) = count(*) and count(distinct product_id) = 1 then max(product_id)
        end as product_id,
        case when count(distinct subscription_id) = 1 then max(subscription_id) end as subscription_id
    from changes
    group by account_id, currency, changed_on

),

days as (

    select
        account_id,
        changed_on,
        sum(change) as change
    from days_by_currency
    group by account_id, changed_on

),

running as (

    select
        account_id,
        changed_on,
        change,
        sum(change) over (
            partition by account_id
            order by changed_on
            rows between unbounded preceding and current row
        ) as closing_arr,
        row_number() over (partition by account_id order by changed_on) as day_number
    from days

)

-- Amounts of several currencies are added as they stand: only whether there are any is asked of the sum.
select
    days_by_currency.account_id || ' ' || cast(days_by_currency.changed_on as varchar)
    || ' ' || days_by_currency.currency as movement_id,
    days_by_currency.account_id,
    days_by_currency.product_id,
    days_by_currency.subscription_id,
    days_by_currency.changed_on as effective_on,
    cast(days_by_currency.changed_on as timestamp) as recorded_at,
    case
        when running.closing_arr = running.change and running.day_number = 1 then 'new'
        when running.closing_arr = running.change then 'reactivation'
        when running.closing_arr = 0 then 'churn'
        when days_by_currency.change > 0 then 'expansion'
        else 'contraction'
    end as movement,
    cast(null as varchar) as reason,
    cast(days_by_currency.change as decimal(18, 2)) as amount,
    days_by_currency.currency
from days_by_currency
inner join running
    on
        days_by_currency.account_id = running.account_id
        and days_by_currency.changed_on = running.changed_on
where days_by_currency.change <> 0
order by days_by_currency.account_id, days_by_currency.changed_on, days_by_currency.currency

-- Customers of a book with what asks for a word about each, one row per customer, the most pressing first.
-- Params: as_of date, window_1 integer: days ahead that a renewal counts in, silent_after_days days.
-- Uses: customers, measures_on_as_of as measures, account_health, opportunities_as_of.
-- Rests on: accounts.
-- A customer stands in the first of red, silent, renewing, expansion open that it is; else it is on course.
-- A note is no touch. Who was never touched is silent from so many days after it became a customer on; where
-- no touch at all was loaded nobody is. What has no table is nothing here.
with

listed as (

    select count(*) as entries
    from timeline_entries
    where cast(happened_at as date) <= :as_of

),

touches as (

    select
        timeline_entries.account_id,
        max(cast(timeline_entries.happened_at as date)) as last_touch_on
    from timeline_entries
    inner join visible_accounts
        on timeline_entries.account_id = visible_accounts.account_id
    where
        timeline_entries.kind in ('ebr', 'call', 'meeting', 'email')
        and cast(timeline_entries.happened_at as date) <= :as_of
    group by timeline_entries.account_id

),

ahead as (

    select
        renewals.account_id,
        count(*) as renewals,
        min(renewals.due_on) as next_renewal_on,
        sum(cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2))) as arr_due
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join rates
        on
            coalesce(renewals.currency, visible_accounts.currency, :reporting_currency)
            = rates.currency
    where
        (renewals.status = 'open' or renewals.closed_on > :as_of)
        and renewals.due_on - cast(:as_of as date) <= :window_1
    group by renewals.account_id

),

offers as (

    select
        account_id,
        count(*) as opportunities,
        sum(amount) as amount
    from opportunities_as_of
    where outcome = 'open'
    group by account_id

),

known as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.lifecycle_stage,
        customers.arr,
        account_health.health_band,
        account_health.overall_score,
        touches.last_touch_on,
        cast(:as_of as date) - touches.last_touch_on as days_since_touch,
        ahead.next_renewal_on,
        coalesce(ahead.renewals, 0) as renewals_due,
        case when ahead.account_id is null then 0 else ahead.arr_due end as arr_due,
        coalesce(offers.opportunities, 0) as opportunities,
        case when offers.account_id is null then 0 else offers.amount end as expansion_amount,
        listed.entries > 0
        and cast(:as_of as date) - coalesce(touches.last_touch_on, accounts.customer_since)
        > :silent_after_days as is_silent
    from customers
    cross join listed
    inner join accounts
        on customers.account_id = accounts.account_id
    left join account_health
        on customers.account_id = account_health.account_id
    left join touches
        on customers.account_id = touches.account_id
    left join ahead
        on customers.account_id = ahead.account_id
    left join offers
        on customers.account_id = offers.account_id

),

placed as (

    select
        account_id,
        account_name,
        segment,
        lifecycle_stage,
        arr,
        health_band,
        overall_score,
        last_touch_on,
        days_since_touch,
        next_renewal_on,
        renewals_due,
        arr_due,
        opportunities,
        expansion_amount,
        case
            when health_band = 'red' then 1
            when is_silent then 2
            when renewals_due > 0 then 3
            when opportunities > 0 then 4
            else 5
        end as place
    from known

)

select
    account_id,
    account_name,
    segment,
    lifecycle_stage,
    case place
        when 1 then 'red'
        when 2 then 'silent'
        when 3 then 'renewing'
        when 4 then 'expansion open'
        else 'on course'
    end as bucket,
    arr,
    health_band,
    overall_score,
    last_touch_on,
    days_since_touch,
    next_renewal_on,
    renewals_due,
    arr_due,
    opportunities,
    expansion_amount
from placed
order by place, arr desc nulls last, account_id

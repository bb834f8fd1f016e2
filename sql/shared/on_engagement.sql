-- The trigger Engagement, one row per customer: whole months since an executive of the customer took part.
-- Params: as_of date, executive_months integer.
-- Uses: customers.
-- Who never had one counts from the first day as a customer. A month is over on the same day of the month, or
-- on its last day where it has no such day.
with

touched as (

    select
        timeline_entries.account_id,
        max(cast(timeline_entries.happened_at as date)) as last_on
    from timeline_entries
    inner join customers
        on timeline_entries.account_id = customers.account_id
    where
        timeline_entries.executive
        and cast(timeline_entries.happened_at as date) <= :as_of
    group by timeline_entries.account_id

),

noted as (

    select count(timeline_entries.executive) as entries
    from timeline_entries
    where cast(timeline_entries.happened_at as date) <= :as_of

),

dated as (

    select
        customers.account_id,
        noted.entries,
        touched.last_on,
        coalesce(touched.last_on, accounts.customer_since) as since_on
    from customers
    inner join accounts
        on customers.account_id = accounts.account_id
    left join touched
        on customers.account_id = touched.account_id
    cross join noted

),

counted as (

    select
        account_id,
        entries,
        last_on,
        since_on,
        cast(
            12 * (extract(year from cast(:as_of as date)) - extract(year from since_on))
            + extract(month from cast(:as_of as date)) - extract(month from since_on)
            - case
                when
                    extract(day from since_on) > extract(day from cast(:as_of as date))
                    and cast(:as_of as date) < last_day(cast(:as_of as date))
                    then 1
                else 0
            end as integer
        ) as months
    from dated

)

select
    account_id,
    'Engagement' as category,
    case
        when entries = 0 then 'nobody notes who took part'
        when last_on is null and months < :executive_months then 'a customer for too short a time'
    end as not_judged,
    months >= :executive_months as is_met,
    cast(months as double precision) as observed,
    cast(:executive_months as double precision) as threshold,
    last_on as observed_on,
    since_on,
    case
        when last_on is null then 'no executive took part since the first day'
        when months = 1 then 'no executive took part for 1 month'
        else 'no executive took part for ' || cast(months as varchar) || ' months'
    end as what
from counted

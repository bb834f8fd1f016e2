-- The trigger Adoption, one row per customer: active users of the latest whole week against weeks before.
-- Params: as_of date, stale_after_days integer, users_fell_by double, users_compared_weeks integer.
-- Uses: customers.
-- It is met since the first of the weeks that were met one after the other; weeks that cannot be compared do
-- not end the row.
with

used as (

    select
        usage_weekly.account_id,
        usage_weekly.week_on,
        usage_weekly.active_users
    from usage_weekly
    inner join customers
        on usage_weekly.account_id = customers.account_id
    where
        usage_weekly.active_users is not null
        and usage_weekly.week_on <= cast(:as_of as date) - 6

),

latest as (

    select
        account_id,
        week_on,
        active_users,
        cast(:as_of as date) - week_on <= :stale_after_days as is_fresh
    from used
    qualify row_number() over (
        partition by account_id
        order by week_on desc nulls last
    ) = 1

),

compared as (

    select
        used.account_id,
        used.week_on,
        earlier.active_users as users_before,
        used.active_users
        <= round(earlier.active_users * (1 - cast(:users_fell_by as double precision)), 9) as fell
    from used
    inner join used as earlier
        on
            used.account_id = earlier.account_id
            and used.week_on - 7 * :users_compared_weeks = earlier.week_on

),

last_fine as (

    select
        account_id,
        max(week_on) as week_on
    from compared
    where not fell or users_before = 0
    group by account_id

),

runs as (

    select
        compared.account_id,
        min(compared.week_on) as since_on
    from compared
    left join last_fine
        on compared.account_id = last_fine.account_id
    where
        compared.fell
        and compared.users_before > 0
        and (last_fine.week_on is null or compared.week_on > last_fine.week_on)
    group by compared.account_id

)

select
    customers.account_id,
    'Adoption' as category,
    case
        when latest.account_id is null then 'no use recorded'
        when not latest.is_fresh then 'the latest is stale'
        when accounts.customer_since > latest.week_on - 7 * :users_compared_weeks
            then 'a customer for too short a time'
        when compared.users_before is null then 'no use recorded to compare with'
        when compared.users_before = 0 then 'nobody used it to compare with'
    end as not_judged,
    compared.fell as is_met,
    cast(latest.active_users as double precision) as observed,
    compared.users_before * (1 - cast(:users_fell_by as double precision)) as threshold,
    latest.week_on as observed_on,
    runs.since_on,
    cast(latest.active_users as varchar) || ' active users, '
    || cast(compared.users_before as varchar) || ' before' as what
from customers
inner join accounts
    on customers.account_id = accounts.account_id
left join latest
    on customers.account_id = latest.account_id
left join compared
    on latest.account_id = compared.account_id and latest.week_on = compared.week_on
left join runs
    on customers.account_id = runs.account_id

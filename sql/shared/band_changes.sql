-- Customers that became red or green, or left red, since an earlier day, one row per customer.
-- Params: as_of date, compared_on date: the earlier day.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- As sql/health/crossings.sql. The day is that of the first week since which the band is what it is now; the
-- as-of date where no week has it yet, for a measure that went stale since.
with

bands_before as (

    select
        account_id,
        health_band
    from account_weeks
    where week_on = (
        select max(weeks.week_on) from weeks
        where weeks.state_on <= :compared_on
    )

),

crossed as (

    select
        customers.account_id,
        customers.arr,
        bands_before.health_band as band_before,
        account_health.health_band as band_now
    from customers
    inner join account_health
        on customers.account_id = account_health.account_id
    inner join bands_before
        on customers.account_id = bands_before.account_id
    where
        account_health.health_band is distinct from bands_before.health_band
        and (
            account_health.health_band in ('red', 'green')
            or (account_health.health_band = 'amber' and bands_before.health_band = 'red')
        )

),

-- The week since which the band is what it is now; who is there only since a measure went stale has none.
last_other_weeks as (

    select
        crossed.account_id,
        max(account_weeks.week_on) as week_on
    from crossed
    inner join account_weeks
        on crossed.account_id = account_weeks.account_id
    where
        account_weeks.state_on <= :as_of
        and account_weeks.health_band is distinct from crossed.band_now
    group by crossed.account_id

),

crossing_days as (

    select
        last_other_weeks.account_id,
        min(weeks.state_on) as changed_on
    from last_other_weeks
    inner join weeks
        on last_other_weeks.week_on < weeks.week_on
    where weeks.state_on <= :as_of
    group by last_other_weeks.account_id

)

select
    crossed.account_id,
    crossed.arr,
    crossed.band_before,
    crossed.band_now,
    case
        when crossing_days.changed_on > :compared_on then crossing_days.changed_on
        else cast(:as_of as date)
    end as changed_on
from crossed
left join crossing_days
    on crossed.account_id = crossing_days.account_id

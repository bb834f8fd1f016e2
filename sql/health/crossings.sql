-- Customers whose health band changed since an earlier day, one row per customer, the largest ARR first.
-- Params: as_of date, compared_on date: the earlier day.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
with

earlier as (

    select
        account_id,
        overall_score,
        health_band
    from account_weeks
    where week_on = (
        select max(weeks.week_on) from weeks
        where weeks.state_on <= :compared_on
    )

)

select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    earlier.health_band as band_before,
    account_health.health_band as band_now,
    earlier.overall_score as score_before,
    account_health.overall_score as score_now,
    customers.arr
from customers
inner join account_health
    on customers.account_id = account_health.account_id
inner join earlier
    on customers.account_id = earlier.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where account_health.health_band is distinct from earlier.health_band
order by customers.arr desc nulls last, customers.account_id

-- Customers with how many objectives they have, one row per customer.
-- Params: as_of date, the rules of success plans.
-- Uses: customers, plan_objectives.
with

counted as (

    select
        account_id,
        count(*) as objectives,
        sum(case when status in ('attained', 'missed') then 0 else 1 end) as open_objectives,
        sum(case when status = 'at risk' then 1 else 0 end) as at_risk,
        sum(case when status = 'missed' then 1 else 0 end) as missed,
        max(last_validated_on) as last_validated_on
    from plan_objectives
    group by account_id

)

select
    customers.account_id,
    customers.account_name,
    customers.segment,
    customers.region,
    customers.csm_id,
    customers.lifecycle_stage,
    customers.arr,
    coalesce(counted.objectives, 0) as objectives,
    coalesce(counted.open_objectives, 0) as open_objectives,
    coalesce(counted.at_risk, 0) as at_risk,
    coalesce(counted.missed, 0) as missed,
    counted.last_validated_on,
    case
        when counted.objectives is null then 'no objective'
        when counted.at_risk + counted.missed > 0 then 'at risk or missed'
        else 'on track or attained'
    end as plan
from customers
left join counted
    on customers.account_id = counted.account_id

-- Customers with their priority, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: prioritised.
select
    prioritised.account_id,
    prioritised.account_name,
    prioritised.segment,
    team_members.name as csm_name,
    prioritised.arr,
    prioritised.priority,
    prioritised.health_band,
    prioritised.overall_score,
    prioritised.value_class,
    prioritised.health_class,
    prioritised.high_from
from prioritised
left join team_members
    on prioritised.csm_id = team_members.member_id
order by prioritised.arr desc nulls last, prioritised.account_id

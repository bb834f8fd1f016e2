-- Customers by their success plan, one row per customer, the largest ARR first.
-- Params: as_of date, the rules of success plans.
-- Uses: planned_customers.
select
    planned_customers.account_id,
    planned_customers.account_name,
    planned_customers.segment,
    planned_customers.region,
    team_members.name as csm_name,
    planned_customers.lifecycle_stage,
    planned_customers.arr,
    planned_customers.plan,
    planned_customers.objectives,
    planned_customers.open_objectives,
    planned_customers.at_risk,
    planned_customers.missed,
    planned_customers.last_validated_on
from planned_customers
left join team_members
    on planned_customers.csm_id = team_members.member_id
order by planned_customers.arr desc nulls last, planned_customers.account_id

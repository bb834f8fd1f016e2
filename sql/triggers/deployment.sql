-- Licence use too far below the segment's median, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_deployment.
-- Rests on: usage_weekly.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_deployment.category,
    on_deployment.what,
    on_deployment.observed,
    on_deployment.threshold,
    on_deployment.observed_on,
    on_deployment.since_on
from on_deployment
inner join customers
    on on_deployment.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_deployment.not_judged is null and on_deployment.is_met
order by customers.arr desc nulls last, customers.account_id

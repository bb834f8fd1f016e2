-- Active users that fell too far, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_adoption.
-- Rests on: usage_weekly.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_adoption.category,
    on_adoption.what,
    on_adoption.observed,
    on_adoption.threshold,
    on_adoption.observed_on,
    on_adoption.since_on
from on_adoption
inner join customers
    on on_adoption.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_adoption.not_judged is null and on_adoption.is_met
order by customers.arr desc nulls last, customers.account_id

-- More cases open than usual, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_support.
-- Rests on: support_cases.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_support.category,
    on_support.what,
    on_support.observed,
    on_support.threshold,
    on_support.observed_on,
    on_support.since_on
from on_support
inner join customers
    on on_support.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_support.not_judged is null and on_support.is_met
order by customers.arr desc nulls last, customers.account_id

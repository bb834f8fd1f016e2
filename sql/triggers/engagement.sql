-- No executive took part for too long, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_engagement.
-- Rests on: timeline_entries.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_engagement.category,
    on_engagement.what,
    on_engagement.observed,
    on_engagement.threshold,
    on_engagement.observed_on,
    on_engagement.since_on
from on_engagement
inner join customers
    on on_engagement.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_engagement.not_judged is null and on_engagement.is_met
order by customers.arr desc nulls last, customers.account_id

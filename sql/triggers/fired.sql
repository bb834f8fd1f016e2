-- Everything the triggers fire on, one row per category and customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: judgements.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    judgements.category,
    judgements.what,
    judgements.observed,
    judgements.threshold,
    judgements.observed_on,
    judgements.since_on
from judgements
inner join customers
    on judgements.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where judgements.fires
order by customers.arr desc nulls last, customers.account_id, judgements.category

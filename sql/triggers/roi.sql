-- No objective that goes well, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_roi.
-- Rests on: objectives.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_roi.category,
    on_roi.what,
    on_roi.observed,
    on_roi.threshold,
    on_roi.observed_on,
    on_roi.since_on
from on_roi
inner join customers
    on on_roi.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_roi.not_judged is null and on_roi.is_met
order by customers.arr desc nulls last, customers.account_id

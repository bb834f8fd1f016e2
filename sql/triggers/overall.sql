-- A latest NPS answer that is not good enough, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_overall.
-- Rests on: survey_responses.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_overall.category,
    on_overall.what,
    on_overall.observed,
    on_overall.threshold,
    on_overall.observed_on,
    on_overall.since_on
from on_overall
inner join customers
    on on_overall.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_overall.not_judged is null and on_overall.is_met
order by customers.arr desc nulls last, customers.account_id

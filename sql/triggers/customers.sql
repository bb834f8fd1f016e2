-- Every customer by what each trigger makes of it, one row per category and customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: judgements.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    judgements.category,
    case
        when judgements.not_judged is not null then 'not judged'
        when judgements.fires then 'at risk'
        else 'well'
    end as finding,
    coalesce(judgements.not_judged, judgements.what) as what,
    case when judgements.not_judged is null then judgements.observed end as observed,
    case when judgements.not_judged is null then judgements.threshold end as threshold,
    judgements.observed_on
from judgements
inner join customers
    on judgements.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
order by customers.arr desc nulls last, customers.account_id, judgements.category

-- What a trigger fires on and no open risk of the category stands for, one row per category and customer.
-- Params: as_of date, the risk policy.
-- Uses: judgements, open_risks.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    judgements.category,
    judgements.what,
    judgements.observed_on,
    judgements.since_on
from judgements
inner join customers
    on judgements.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where
    judgements.fires
    and not exists (
        select 1 from open_risks
        where
            open_risks.account_id = judgements.account_id
            and open_risks.category = judgements.category
    )
order by customers.arr desc nulls last, customers.account_id, judgements.category

-- How many customers each trigger could judge, one row per category and reason; a null reason is judged.
-- Params: as_of date, the risk policy.
-- Uses: judgements.
select
    judgements.category,
    judgements.not_judged,
    count(*) as customers,
    sum(customers.arr) as arr
from judgements
inner join customers
    on judgements.account_id = customers.account_id
group by judgements.category, judgements.not_judged
order by judgements.category, judgements.not_judged nulls first

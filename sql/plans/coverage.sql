-- Customers and ARR by segment and success plan, one row per segment and plan.
-- Params: as_of date, the rules of success plans.
-- Uses: planned_customers.
select
    segment,
    plan,
    count(*) as customers,
    sum(arr) as arr,
    sum(case when arr is null then 1 else 0 end) as without_rate
from planned_customers
group by segment, plan
order by segment, plan

-- Customers whose measure is in a state, one row per customer, the largest ARR first.
-- Params: as_of date, measure varchar, state varchar: fresh, stale or missing, the scorecards.
-- Uses: customers, measures_long.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    measures_long.measure,
    measures_long.state,
    measures_long.score,
    measures_long.measured_on,
    measures_long.age_days,
    customers.arr
from customers
inner join measures_long
    on customers.account_id = measures_long.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where measures_long.measure = :measure and measures_long.state = :state
order by customers.arr desc nulls last, customers.account_id

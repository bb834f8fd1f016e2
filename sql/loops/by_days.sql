-- Loops with detractors by their length, one row per month of the answer, state and number of days.
-- Params: as_of date, since date, until date (exclusive), personas list, close_loop_days integer.
-- Uses: detractor_loops.
select
    month,
    state,
    days,
    count(*) as loops
from detractor_loops
group by month, state, days
order by month nulls last, state, days nulls last

-- Renewals ahead by window and what they lack, one row per window and state, the shortest window first.
-- Params: as_of date, since date, until date (exclusive), the windows of the renewal calendar.
-- Uses: renewal_calendar.
select
    window_days,
    state,
    count(*) as renewals,
    sum(arr_due) as arr_due,
    sum(case when arr_due is null then 1 else 0 end) as without_amount
from renewal_calendar
group by window_days, state
order by window_days, state

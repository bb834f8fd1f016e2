-- Renewals lost, at risk and saved by the quarter they fall due in, one row per quarter, segment and state.
-- Params: as_of date, since date, until date (exclusive), red_within_days integer.
-- Uses: renewal_stakes.
select
    due_quarter,
    segment,
    state,
    count(*) as renewals,
    sum(arr_at_stake) as arr_at_stake,
    sum(case when arr_at_stake is null then 1 else 0 end) as without_amount
from renewal_stakes
group by due_quarter, segment, state
order by due_quarter, segment, state

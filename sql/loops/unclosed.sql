-- Detractors nobody came back to by the as-of date, one row per answer, the oldest first.
-- Params: as_of date, since date, until date (exclusive), personas list, close_loop_days integer.
-- Uses: detractor_loops, account_arr.
-- The ARR is that of the whole account and stands in each of its rows.
select
    detractor_loops.response_id,
    detractor_loops.account_id,
    detractor_loops.account_name,
    detractor_loops.segment,
    team_members.name as csm_name,
    detractor_loops.responded_on,
    detractor_loops.days,
    account_arr.arr,
    detractor_loops.state,
    detractor_loops.persona,
    detractor_loops.score,
    detractor_loops.comment
from detractor_loops
left join account_arr
    on detractor_loops.account_id = account_arr.account_id
left join team_members
    on detractor_loops.csm_id = team_members.member_id
where detractor_loops.closed_on is null
order by detractor_loops.responded_on nulls last, detractor_loops.response_id

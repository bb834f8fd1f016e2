-- Detractors' answers with the follow-up, one row per answer, the latest first.
-- Params: as_of date, since date, until date (exclusive), personas list, close_loop_days integer.
-- Uses: detractor_loops.
select
    detractor_loops.response_id,
    detractor_loops.account_id,
    detractor_loops.account_name,
    detractor_loops.segment,
    team_members.name as csm_name,
    detractor_loops.persona,
    detractor_loops.responded_on,
    detractor_loops.month,
    detractor_loops.closed_on,
    detractor_loops.days,
    detractor_loops.state,
    detractor_loops.score,
    detractor_loops.comment
from detractor_loops
left join team_members
    on detractor_loops.csm_id = team_members.member_id
order by detractor_loops.responded_on desc nulls last, detractor_loops.response_id

-- Customers behind a measure, one row per customer that has a score, the lowest first.
-- Params: as_of date, measure varchar.
-- Uses: scores_long.
select
    scores_long.account_id,
    scores_long.account_name,
    scores_long.segment,
    scores_long.region,
    team_members.name as csm_name,
    scores_long.measure,
    scores_long.score,
    scores_long.measured_on,
    scores_long.is_red,
    scores_long.arr
from scores_long
left join team_members
    on scores_long.csm_id = team_members.member_id
where scores_long.measure = :measure
order by scores_long.score, scores_long.arr desc nulls last, scores_long.account_id

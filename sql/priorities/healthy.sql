-- Healthy customers with the play for them, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: played.
-- Rests on: health_scores.
select
    played.account_id,
    played.account_name,
    played.segment,
    team_members.name as csm_name,
    played.lifecycle_stage,
    played.maturity,
    played.play,
    played.overall_score,
    played.arr
from played
left join team_members
    on played.csm_id = team_members.member_id
order by played.arr desc nulls last, played.account_id

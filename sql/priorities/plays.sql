-- Plays for healthy customers, one row per lifecycle stage, maturity and play.
-- Params: as_of date, the risk policy.
-- Uses: played.
-- Rests on: health_scores.
select
    lifecycle_stage,
    maturity,
    play,
    count(*) as customers,
    sum(arr) as arr
from played
group by lifecycle_stage, maturity, play
order by lifecycle_stage, maturity, play

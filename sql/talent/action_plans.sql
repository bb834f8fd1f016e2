-- Action plans by block, one row per block that holds anybody.
-- Params: as_of date, cycle varchar: the latest where null.
-- Uses: talent_ratings.
select
    block,
    count(*) as people,
    count(action_plan) as with_plan,
    count(*) - count(action_plan) as without_plan
from talent_ratings
group by block
order by block

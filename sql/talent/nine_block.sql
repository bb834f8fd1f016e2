-- People by performance and promotability, one row per block that holds anybody.
-- Params: as_of date, cycle varchar: the latest where null.
-- Uses: talent_ratings.
select
    performance,
    promotability,
    block,
    count(*) as people
from talent_ratings
group by performance, promotability, block
order by block

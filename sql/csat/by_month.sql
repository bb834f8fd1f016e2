-- Satisfaction ratings by the month they were given, one row per source, month and priority.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: satisfaction_ratings.
select
    source,
    month,
    priority,
    sum(case when rating between 1 and 5 then 1 else 0 end) as ratings,
    sum(case when rating between 4 and 5 then 1 else 0 end) as satisfied,
    sum(case when rating between 1 and 5 then rating else 0 end) as rating_sum,
    sum(case when rating between 1 and 5 then rating * rating else 0 end) as rating_squares,
    sum(case when rating between 1 and 5 then 0 else 1 end) as out_of_range
from satisfaction_ratings
group by source, month, priority
order by source, month nulls last, priority nulls last

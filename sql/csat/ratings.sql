-- Satisfaction ratings of 1 to 5, one row per rating, the latest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: satisfaction_ratings.
select
    source,
    rating_id,
    account_id,
    account_name,
    segment,
    priority,
    rated_on,
    month,
    rating
from satisfaction_ratings
where rating between 1 and 5
order by rated_on desc nulls last, source, rating_id

-- People on the career levels on the as-of date, one row per track and level.
-- Params: as_of date.
-- Uses: reviewed_people.
-- A month is 30.4375 days.
select
    job_track,
    job_level,
    count(*) as people,
    count(level_since_on) as people_dated,
    percentile_cont(0.5) within group (
        order by cast(cast(:as_of as date) - level_since_on as double precision)
    ) / 30.4375 as median_months
from reviewed_people
group by job_track, job_level
order by job_track nulls last, job_level nulls last

-- How fresh each measure is, one row per scorecard, measure and state.
-- Params: as_of date, the health policy and the scorecards.
-- Uses: measures_long.
select
    scorecard,
    measure,
    state,
    count(*) as accounts,
    sum(arr) as arr,
    avg(cast(age_days as double)) as average_age_days
from measures_long
group by scorecard, measure, state, position
order by position, state

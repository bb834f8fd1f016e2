-- Customers by stage at the end of the last twelve months and on the as-of date, one row per day and stage.
-- Params: as_of date, stage_limits varchar.
-- Uses: stages_by_month.
select
    day_on,
    stage,
    count(*) as customers,
    sum(arr) as arr,
    sum(is_stuck) as stuck,
    sum(case when is_stuck = 1 then arr when arr is not null then 0 end) as arr_stuck
from stages_by_month
group by day_on, stage
order by day_on, stage

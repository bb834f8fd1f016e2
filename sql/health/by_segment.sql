-- Health of customers by segment, one row per segment and measure; `overall` is the whole score.
-- Params: as_of date, the health policy.
-- Uses: scores_long.
select
    segment,
    measure,
    count(*) as accounts,
    avg(cast(score as double)) as average_score,
    sum(arr) as arr,
    sum(case when is_red then arr when arr is not null then 0 end) as arr_red
from scores_long
group by segment, measure
order by segment, measure

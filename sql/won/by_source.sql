-- Expansion won by who found it, one row for CSMs and one for every other source.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: won_opportunities.
select
    sourced_by,
    count(*) as opportunities,
    sum(coalesce(amount, 0)) as amount,
    sum(case when amount is null then 1 else 0 end) as without_amount,
    count(days) as timed,
    percentile_cont(0.25) within group (order by cast(days as double precision)) as quick_days,
    percentile_cont(0.5) within group (order by cast(days as double precision)) as median_days,
    percentile_cont(0.75) within group (order by cast(days as double precision)) as slow_days
from won_opportunities
group by sourced_by
order by sourced_by

-- Expansion won by the fiscal quarter it closed in, one row per quarter and source.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: won_opportunities.
select
    quarter,
    source,
    sourced_by,
    count(*) as opportunities,
    sum(coalesce(amount, 0)) as amount,
    sum(case when amount is null then 1 else 0 end) as without_amount,
    count(days) as timed,
    percentile_cont(0.5) within group (order by cast(days as double precision)) as median_days
from won_opportunities
group by quarter, source, sourced_by
order by quarter nulls last, source

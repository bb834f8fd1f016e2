-- How long stays in a stage last, one row per stage and whether they go on or have ended.
-- Params: as_of date, since date, until date (exclusive): of the day a stay ended; stage_limits varchar.
-- Uses: stage_accounts, stage_stays.
with

lengths as (

    select
        stage,
        'in it now' as stays,
        days_in_stage as days,
        limit_days
    from stage_accounts
    where days_in_stage is not null

    union all

    select
        stage,
        'ended' as stays,
        left_on - entered_on as days,
        limit_days
    from stage_stays
    where
        left_on is not null
        and (cast(:since as date) is null or left_on >= :since)
        and (cast(:until as date) is null or left_on < :until)

)

select
    stage,
    stays,
    count(*) as number,
    percentile_cont(0.25) within group (order by cast(days as double precision)) as quarter_days,
    percentile_cont(0.5) within group (order by cast(days as double precision)) as median_days,
    percentile_cont(0.75) within group (order by cast(days as double precision)) as three_quarter_days,
    max(days) as longest_days,
    max(limit_days) as limit_days,
    sum(case when days > limit_days then 1 else 0 end) as over_limit
from lengths
group by stage, stays
order by stage, stays

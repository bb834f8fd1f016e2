-- What came after a stage for those who entered it in the window, one row per stage and outcome.
-- Params: as_of date, since date, until date (exclusive): of the day of entering; stage_limits varchar.
-- Uses: stage_stays.
with

entered as (

    select
        stage,
        case
            when next_stage is not null then next_stage
            when left_on is null then 'still in it'
            else 'not recorded'
        end as outcome,
        left_on - entered_on as days
    from stage_stays
    where
        (cast(:since as date) is null or entered_on >= :since)
        and (cast(:until as date) is null or entered_on < :until)

),

counted as (

    select
        stage,
        outcome,
        count(*) as stays,
        percentile_cont(0.5) within group (order by cast(days as double precision)) as median_days
    from entered
    group by stage, outcome

)

select
    stage,
    outcome,
    stays,
    sum(stays) over (partition by stage) as entered,
    cast(stays as double precision) / sum(stays) over (partition by stage) as outcome_share,
    median_days
from counted
order by stage, outcome

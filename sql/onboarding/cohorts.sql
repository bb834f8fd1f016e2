-- Time to value by the quarter in which onboarding began, one row per quarter and reading.
-- Params: as_of date, since date, until date (exclusive): of the day it began; stage_limits varchar.
-- Uses: onboardings.
-- The median is that of Kaplan and Meier: who waits or left before counts as not having reached it so far, up
-- to the day it was followed to. Null where fewer than half have reached it by that account.
with

followed as (

    select
        cohort_on,
        cohort_end_on,
        'out of onboarding' as reading,
        onboarding as state,
        onboarding_days as days
    from onboardings

    union all

    select
        cohort_on,
        cohort_end_on,
        'first key behaviour' as reading,
        behaviour as state,
        behaviour_days as days
    from onboardings

),

daily as (

    select
        cohort_on,
        reading,
        days,
        sum(case when state = 'reached' then 1 else 0 end) as reached,
        count(*) as followed
    from followed
    where state <> 'not recorded'
    group by cohort_on, reading, days

),

exposed as (

    select
        cohort_on,
        reading,
        days,
        cast(reached as double precision) / sum(followed) over (
            partition by cohort_on, reading
            order by days desc nulls last
            rows between unbounded preceding and current row
        ) as hazard
    from daily

),

surviving as (

    select
        cohort_on,
        reading,
        days,
        max(hazard) over (
            partition by cohort_on, reading
            order by days
            rows between unbounded preceding and current row
        ) as largest_hazard,
        sum(ln(nullif(1 - hazard, 0))) over (
            partition by cohort_on, reading
            order by days
            rows between unbounded preceding and current row
        ) as log_surviving
    from exposed

),

medians as (

    select
        cohort_on,
        reading,
        min(
            case when largest_hazard >= 1 or round(exp(log_surviving), 9) <= 0.5 then days end
        ) as median_days
    from surviving
    group by cohort_on, reading

),

counted as (

    select
        cohort_on,
        reading,
        max(cohort_end_on) as cohort_end_on,
        count(*) as accounts,
        sum(case when state = 'reached' then 1 else 0 end) as reached,
        sum(case when state = 'waiting' then 1 else 0 end) as waiting,
        sum(case when state = 'left before' then 1 else 0 end) as left_before,
        sum(case when state = 'not recorded' then 1 else 0 end) as not_recorded
    from followed
    group by cohort_on, reading

)

select
    counted.cohort_on,
    counted.reading,
    counted.accounts,
    counted.reached,
    counted.waiting,
    counted.left_before,
    counted.not_recorded,
    medians.median_days,
    counted.waiting = 0 and counted.cohort_end_on <= cast(:as_of as date) as is_complete
from counted
left join medians
    on
        counted.cohort_on = medians.cohort_on
        and counted.reading = medians.reading
order by counted.cohort_on, counted.reading

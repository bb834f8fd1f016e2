-- Objectives of customers by the quarter they are due in, one row per quarter and status; null has no day.
-- Params: as_of date, since date, until date (exclusive): of the due day; the rules of success plans.
-- Uses: plan_objectives.
with

dated as (

    select
        coalesce(
            fiscal_periods.period_start_on,
            cast(date_trunc('quarter', plan_objectives.due_on) as date)
        ) as due_quarter,
        plan_objectives.status
    from plan_objectives
    left join fiscal_periods
        on
            fiscal_periods.grain = 'quarter'
            and plan_objectives.due_on >= fiscal_periods.period_start_on
            and plan_objectives.due_on < fiscal_periods.period_end_on
    where
        plan_objectives.holder = 'customer'
        and (cast(:since as date) is null or plan_objectives.due_on >= :since)
        and (cast(:until as date) is null or plan_objectives.due_on < :until)

)

select
    due_quarter,
    status,
    count(*) as objectives
from dated
group by due_quarter, status
order by due_quarter nulls last, status

-- Risks opened and resolved, one row per fiscal month in which any was; the backlog is that at its end.
-- Params: as_of date.
-- Uses: visible_risks.
-- The month that holds the as-of date ends on it.
with

events as (

    select
        opened_on as on_day,
        1 as opened,
        0 as resolved
    from visible_risks

    union all

    select
        resolved_on as on_day,
        0 as opened,
        1 as resolved
    from visible_risks
    where resolved_on is not null

),

months as (

    select
        coalesce(
            fiscal_periods.period_start_on, cast(date_trunc('month', events.on_day) as date)
        ) as month_on,
        sum(events.opened) as opened,
        sum(events.resolved) as resolved
    from events
    left join fiscal_periods
        on
            fiscal_periods.grain = 'month'
            and events.on_day >= fiscal_periods.period_start_on
            and events.on_day < fiscal_periods.period_end_on
    group by
        coalesce(
            fiscal_periods.period_start_on, cast(date_trunc('month', events.on_day) as date)
        )

)

select
    month_on,
    opened,
    resolved,
    sum(opened - resolved) over (
        order by month_on
        rows between unbounded preceding and current row
    ) as backlog
from months
order by month_on

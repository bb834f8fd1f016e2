-- Retention of the book by period, one row per period.
-- Params: as_of date, period varchar, annualised boolean, since date, until date, level varchar.
-- Uses: retention_windows, retained.
-- Rests on: accounts.
-- A run of windows is counted where it begins and taken off where it ends, so that each pair is read once.
with

runs as (

    select
        first_window,
        next_window,
        sum(case when level = :level then opening_arr else 0 end) as opening_arr,
        sum(case when level = :level then closing_arr else 0 end) as closing_arr,
        sum(case when level = :level then net_retained_arr else 0 end) as net_retained_arr,
        sum(case when level = :level then gross_retained_arr else 0 end) as gross_retained_arr,
        sum(case when level = :logo_level then logos else 0 end) as logos,
        sum(case when level = :logo_level then kept_logos else 0 end) as kept_logos
    from retained
    group by first_window, next_window

),

edges as (

    select
        first_window as window_number,
        opening_arr,
        closing_arr,
        net_retained_arr,
        gross_retained_arr,
        logos,
        kept_logos
    from runs

    union all

    select
        next_window as window_number,
        -opening_arr as opening_arr,
        -closing_arr as closing_arr,
        -net_retained_arr as net_retained_arr,
        -gross_retained_arr as gross_retained_arr,
        -logos as logos,
        -kept_logos as kept_logos
    from runs

),

counted as (

    select
        retention_windows.period_start_on,
        retention_windows.period_end_on,
        coalesce(sum(edges.opening_arr), 0) as opening_arr,
        coalesce(sum(edges.closing_arr), 0) as closing_arr,
        cast(sum(edges.net_retained_arr) as double precision)
        / nullif(cast(sum(edges.opening_arr) as double precision), 0) as nrr,
        cast(sum(edges.gross_retained_arr) as double precision)
        / nullif(cast(sum(edges.opening_arr) as double precision), 0) as grr,
        cast(sum(edges.kept_logos) as double precision) / nullif(sum(edges.logos), 0) as logo_retention,
        coalesce(sum(edges.logos), 0) as accounts
    from retention_windows
    left join edges
        on retention_windows.window_number >= edges.window_number
    group by retention_windows.period_start_on, retention_windows.period_end_on

)

select
    period_start_on,
    period_end_on,
    opening_arr,
    closing_arr,
    case when :annualised and nrr >= 0 then power(nrr, 4) when not :annualised then nrr end as nrr,
    case when :annualised and grr >= 0 then power(grr, 4) when not :annualised then grr end as grr,
    case when :annualised then power(logo_retention, 4) else logo_retention end as logo_retention,
    accounts
from counted
order by period_start_on, period_end_on

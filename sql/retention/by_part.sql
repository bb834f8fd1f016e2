-- Retention of each part of the book by period, one row per period and part.
-- Params: as_of, since and until date, period varchar, annualised boolean, split_by varchar, level varchar.
-- Uses: retention_windows, parts_retained.
-- Rests on: accounts.
-- A run of windows is counted where it begins and taken off where it ends, so that each pair is read once.
with

runs as (

    select
        part,
        first_window,
        next_window,
        sum(case when level = :level then opening_arr else 0 end) as opening_arr,
        sum(case when level = :level then closing_arr else 0 end) as closing_arr,
        sum(case when level = :level then net_retained_arr else 0 end) as net_retained_arr,
        sum(case when level = :level then gross_retained_arr else 0 end) as gross_retained_arr,
        sum(case when level = :logo_level or :split_by = 'product' then logos else 0 end) as logos,
        sum(case when level = :logo_level or :split_by = 'product' then kept_logos else 0 end) as kept_logos
    from parts_retained
    where :split_by <> 'product' or level = 'product'
    group by part, first_window, next_window

),

edges as (

    select
        part,
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
        part,
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
        edges.part,
        sum(edges.opening_arr) as opening_arr,
        sum(edges.closing_arr) as closing_arr,
        sum(edges.net_retained_arr) as net_retained_arr,
        sum(edges.gross_retained_arr) as gross_retained_arr,
        sum(edges.logos) as accounts,
        sum(edges.kept_logos) as kept
    from retention_windows
    inner join edges
        on retention_windows.window_number >= edges.window_number
    group by retention_windows.period_start_on, retention_windows.period_end_on, edges.part

),

rated as (

    select
        period_start_on,
        period_end_on,
        part,
        opening_arr,
        closing_arr,
        net_retained_arr,
        gross_retained_arr,
        cast(net_retained_arr as double precision)
        / nullif(cast(opening_arr as double precision), 0) as nrr,
        cast(gross_retained_arr as double precision)
        / nullif(cast(opening_arr as double precision), 0) as grr,
        cast(kept as double precision) / nullif(accounts, 0) as logo_retention,
        accounts,
        kept
    from counted
    where opening_arr <> 0 or closing_arr <> 0 or net_retained_arr <> 0 or accounts <> 0

)

select
    rated.period_start_on,
    rated.period_end_on,
    rated.part,
    coalesce(csms.name, products.product_name, rated.part) as label,
    rated.opening_arr,
    rated.closing_arr,
    rated.net_retained_arr,
    rated.gross_retained_arr,
    case
        when :annualised and rated.nrr >= 0 then power(rated.nrr, 4)
        when not :annualised then rated.nrr
    end as nrr,
    case
        when :annualised and rated.grr >= 0 then power(rated.grr, 4)
        when not :annualised then rated.grr
    end as grr,
    case
        when :annualised then power(rated.logo_retention, 4)
        else rated.logo_retention
    end as logo_retention,
    rated.accounts,
    rated.kept
from rated
left join team_members as csms
    on :split_by = 'csm' and rated.part = csms.member_id
left join products
    on :split_by = 'product' and rated.part = products.product_id
order by rated.period_start_on, rated.period_end_on, rated.part nulls last

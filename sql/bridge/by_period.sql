-- ARR from a period's opening to its closing, one row per period and step.
-- Params: as_of date, period varchar, since date, until date, level varchar, logo_level varchar.
-- Uses: retention_windows, retention_pairs.
-- Rests on: accounts.
-- A run of windows is counted where it begins and taken off where it ends, so that each pair is read once.
with

runs as (

    select
        first_window,
        next_window,
        sum(opening_arr) as opening,
        sum(case when opening_arr <> 0 then 1 else 0 end) as opening_accounts,
        sum(new) as new,
        sum(case when new <> 0 then 1 else 0 end) as new_accounts,
        sum(reactivation) as reactivation,
        sum(case when reactivation <> 0 then 1 else 0 end) as reactivation_accounts,
        sum(expansion) as expansion,
        sum(case when expansion <> 0 then 1 else 0 end) as expansion_accounts,
        sum(price) as price,
        sum(case when price <> 0 then 1 else 0 end) as price_accounts,
        sum(fx) as fx,
        sum(case when fx <> 0 then 1 else 0 end) as fx_accounts,
        sum(contraction) as contraction,
        sum(case when contraction <> 0 then 1 else 0 end) as contraction_accounts,
        sum(churn) as churn,
        sum(case when churn <> 0 then 1 else 0 end) as churn_accounts,
        sum(closing_arr) as closing,
        sum(case when closing_arr <> 0 then 1 else 0 end) as closing_accounts
    from retention_pairs
    where level = :level
    group by first_window, next_window

),

edges as (

    select
        first_window as window_number,
        opening,
        opening_accounts,
        new,
        new_accounts,
        reactivation,
        reactivation_accounts,
        expansion,
        expansion_accounts,
        price,
        price_accounts,
        fx,
        fx_accounts,
        contraction,
        contraction_accounts,
        churn,
        churn_accounts,
        closing,
        closing_accounts
    from runs

    union all

    select
        next_window as window_number,
        -opening as opening,
        -opening_accounts as opening_accounts,
        -new as new,
        -new_accounts as new_accounts,
        -reactivation as reactivation,
        -reactivation_accounts as reactivation_accounts,
        -expansion as expansion,
        -expansion_accounts as expansion_accounts,
        -price as price,
        -price_accounts as price_accounts,
        -fx as fx,
        -fx_accounts as fx_accounts,
        -contraction as contraction,
        -contraction_accounts as contraction_accounts,
        -churn as churn,
        -churn_accounts as churn_accounts,
        -closing as closing,
        -closing_accounts as closing_accounts
    from runs

),

by_period as (

    select
        retention_windows.period_start_on,
        retention_windows.period_end_on,
        coalesce(sum(edges.opening), 0) as opening,
        coalesce(sum(edges.opening_accounts), 0) as opening_accounts,
        coalesce(sum(edges.new), 0) as new,
        coalesce(sum(edges.new_accounts), 0) as new_accounts,
        coalesce(sum(edges.reactivation), 0) as reactivation,
        coalesce(sum(edges.reactivation_accounts), 0) as reactivation_accounts,
        coalesce(sum(edges.expansion), 0) as expansion,
        coalesce(sum(edges.expansion_accounts), 0) as expansion_accounts,
        coalesce(sum(edges.price), 0) as price,
        coalesce(sum(edges.price_accounts), 0) as price_accounts,
        coalesce(sum(edges.fx), 0) as fx,
        coalesce(sum(edges.fx_accounts), 0) as fx_accounts,
        coalesce(sum(edges.contraction), 0) as contraction,
        coalesce(sum(edges.contraction_accounts), 0) as contraction_accounts,
        coalesce(sum(edges.churn), 0) as churn,
        coalesce(sum(edges.churn_accounts), 0) as churn_accounts,
        coalesce(sum(edges.closing), 0) as closing,
        coalesce(sum(edges.closing_accounts), 0) as closing_accounts
    from retention_windows
    left join edges
        on retention_windows.window_number >= edges.window_number
    group by retention_windows.period_start_on, retention_windows.period_end_on

),

steps as (

    select
        period_start_on,
        period_end_on,
        0 as step_number,
        'opening' as step,
        opening as amount,
        opening_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        1 as step_number,
        'new' as step,
        new as amount,
        new_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        2 as step_number,
        'reactivation' as step,
        reactivation as amount,
        reactivation_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        3 as step_number,
        'expansion' as step,
        expansion as amount,
        expansion_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        4 as step_number,
        'price' as step,
        price as amount,
        price_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        5 as step_number,
        'fx' as step,
        fx as amount,
        fx_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        6 as step_number,
        'contraction' as step,
        contraction as amount,
        contraction_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        7 as step_number,
        'churn' as step,
        churn as amount,
        churn_accounts as accounts
    from by_period

    union all

    select
        period_start_on,
        period_end_on,
        8 as step_number,
        'closing' as step,
        closing as amount,
        closing_accounts as accounts
    from by_period

)

select
    period_start_on,
    period_end_on,
    step,
    amount,
    accounts
from steps
order by period_start_on, period_end_on, step_number

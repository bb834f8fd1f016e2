-- What each unit had at a window's start and end, one row per unit, pair of steps and run of windows.
-- Params: as_of date, fx_rule varchar: period_start, as_of or actual, reporting_currency varchar.
-- Uses: unit_steps, retention_windows.
-- A pair of steps answers every window of the run from first_window to before next_window alike; in another
-- currency each window has a rate of its own and so a row of its own, but nothing is nothing at any rate.
-- Amounts are converted one on top of the other, so that opening, movements and closing add up to the cent
-- after rounding.
with

days as (

    select starts_on as on_day
    from unit_steps

    union distinct

    -- Every other step ends where the unit's next one starts.
    select date '9999-12-31' as on_day

),

places as (

    select
        days.on_day,
        cast(count_if(retention_windows.period_start_on < days.on_day) as integer) as starts_before,
        cast(count_if(retention_windows.period_end_on < days.on_day) as integer) as ends_before
    from days
    cross join retention_windows
    group by days.on_day

),

placed as (

    select
        unit_steps.level,
        unit_steps.unit_id,
        unit_steps.account_id,
        unit_steps.currency,
        unit_steps.arr,
        unit_steps.lines,
        unit_steps.new_total,
        unit_steps.reactivation_total,
        unit_steps.expansion_total,
        unit_steps.price_total,
        unit_steps.fx_total,
        unit_steps.contraction_total,
        unit_steps.churn_total,
        unit_steps.returns,
        first_places.starts_before as opens_from,
        next_places.starts_before as opens_until,
        first_places.ends_before as closes_from,
        next_places.ends_before as closes_until
    from unit_steps
    inner join places as first_places
        on unit_steps.starts_on = first_places.on_day
    inner join places as next_places
        on unit_steps.ends_on = next_places.on_day

),

pairs as (

    select
        opening.level,
        opening.unit_id,
        opening.account_id,
        opening.currency,
        case
            when opening.opens_from > closing.closes_from then opening.opens_from else closing.closes_from
        end + 1 as first_window,
        case
            when opening.opens_until < closing.closes_until then opening.opens_until else closing.closes_until
        end + 1 as next_window,
        opening.arr as opening_arr,
        closing.arr as closing_arr,
        opening.lines as opening_lines,
        closing.lines as closing_lines,
        closing.returns - opening.returns as returns,
        closing.new_total - opening.new_total as new,
        closing.reactivation_total - opening.reactivation_total as reactivation,
        closing.expansion_total - opening.expansion_total as expansion,
        closing.price_total - opening.price_total as price,
        closing.fx_total - opening.fx_total as fx,
        closing.contraction_total - opening.contraction_total as contraction,
        closing.churn_total - opening.churn_total as churn,
        opening.currency <> :reporting_currency
        and (
            opening.arr <> 0
            or closing.arr <> 0
            or closing.churn_total <> opening.churn_total
        ) as needs_rate
    from placed as opening
    inner join placed as closing
        on opening.unit_id = closing.unit_id and opening.level = closing.level
    where
        opening.opens_until > opening.opens_from
        and closing.closes_until > closing.closes_from
        and opening.opens_from < closing.closes_until
        and closing.closes_from < opening.opens_until

),

rate_days as (

    select
        window_number,
        case when :fx_rule = 'as_of' then :as_of else period_start_on end as opening_on,
        case
            when :fx_rule = 'as_of' then :as_of
            when :fx_rule = 'actual' then period_end_on
            else period_start_on
        end as closing_on
    from retention_windows

),

window_rates as (

    select
        rate_days.window_number,
        opening_rates.currency,
        opening_rates.rate as opening_rate,
        closing_rates.rate as closing_rate
    from rate_days
    inner join fx_spans as opening_rates
        on
            rate_days.opening_on >= opening_rates.starts_on
            and rate_days.opening_on < opening_rates.ends_on
    inner join fx_spans as closing_rates
        on
            opening_rates.currency = closing_rates.currency
            and rate_days.closing_on >= closing_rates.starts_on
            and rate_days.closing_on < closing_rates.ends_on

),

runs as (

    select distinct
        currency,
        first_window,
        next_window
    from pairs
    where needs_rate

),

run_rates as (

    select
        runs.currency,
        runs.first_window,
        runs.next_window,
        window_rates.window_number,
        window_rates.opening_rate,
        window_rates.closing_rate
    from runs
    inner join window_rates
        on
            runs.currency = window_rates.currency
            and runs.first_window <= window_rates.window_number
            and runs.next_window > window_rates.window_number

),

stacked as (

    select
        pairs.level,
        pairs.unit_id,
        pairs.account_id,
        run_rates.window_number,
        pairs.opening_lines,
        pairs.closing_lines,
        pairs.returns,
        pairs.opening_arr,
        pairs.closing_arr,
        pairs.opening_arr + pairs.new as up_to_new,
        pairs.opening_arr + pairs.new + pairs.reactivation as up_to_reactivation,
        pairs.opening_arr + pairs.new + pairs.reactivation + pairs.expansion as up_to_expansion,
        pairs.opening_arr + pairs.new + pairs.reactivation + pairs.expansion + pairs.price as up_to_price,
        pairs.closing_arr - pairs.contraction - pairs.churn as up_to_fx,
        pairs.closing_arr - pairs.churn as up_to_contraction,
        pairs.closing_arr as up_to_churn,
        run_rates.opening_rate,
        run_rates.closing_rate
    from pairs
    inner join run_rates
        on
            pairs.currency = run_rates.currency
            and pairs.first_window = run_rates.first_window
            and pairs.next_window = run_rates.next_window
    where pairs.needs_rate

),

converted as (

    select
        level,
        unit_id,
        account_id,
        window_number,
        opening_lines,
        closing_lines,
        returns,
        cast(round(opening_arr * opening_rate, 2) as decimal(38, 2)) as opening_arr,
        cast(round(up_to_new * opening_rate, 2) as decimal(38, 2)) as up_to_new,
        cast(round(up_to_reactivation * opening_rate, 2) as decimal(38, 2)) as up_to_reactivation,
        cast(round(up_to_expansion * opening_rate, 2) as decimal(38, 2)) as up_to_expansion,
        cast(round(up_to_price * opening_rate, 2) as decimal(38, 2)) as up_to_price,
        cast(round(up_to_fx * opening_rate, 2) as decimal(38, 2)) as up_to_fx,
        cast(round(up_to_contraction * opening_rate, 2) as decimal(38, 2)) as up_to_contraction,
        cast(round(up_to_churn * opening_rate, 2) as decimal(38, 2)) as up_to_churn,
        cast(round(closing_arr * closing_rate, 2) as decimal(38, 2)) as closing_arr
    from stacked

)

select
    level,
    unit_id,
    account_id,
    first_window,
    next_window,
    opening_lines,
    closing_lines,
    returns,
    opening_arr,
    closing_arr,
    new,
    reactivation,
    expansion,
    price,
    fx,
    contraction,
    churn
from pairs
where not needs_rate

union all

select
    level,
    unit_id,
    account_id,
    window_number as first_window,
    window_number + 1 as next_window,
    opening_lines,
    closing_lines,
    returns,
    opening_arr,
    closing_arr,
    up_to_new - opening_arr as new,
    up_to_reactivation - up_to_new as reactivation,
    up_to_expansion - up_to_reactivation as expansion,
    up_to_price - up_to_expansion as price,
    up_to_fx - up_to_price + closing_arr - up_to_churn as fx,
    up_to_contraction - up_to_fx as contraction,
    up_to_churn - up_to_contraction as churn
from converted

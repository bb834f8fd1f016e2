-- Customers by the period of their first ARR at each age, one row per unit and age.
-- Params: as_of, since and until date, period varchar: month, quarter or year, the rules of the policy.
-- Uses: unit_steps.
-- An age is a whole period after the first one and is looked at on the period's last day, or on the as-of
-- date while the period runs: then it is not complete. Who has no ARR on the first period's last day, or less
-- than the policy's minimum, is no member of the cohort. ARR is converted at the rate of that first day for
-- the whole row, at that of the as-of date, or each at its own day's, by the policy.
with

periods as (

    select
        period_start_on,
        period_end_on,
        row_number() over (order by period_start_on) as period_number,
        period_end_on - 1 <= :as_of as is_complete,
        case when period_end_on - 1 <= :as_of then period_end_on - 1 else cast(:as_of as date) end
            as looked_on
    from fiscal_periods
    where grain = :period and period_start_on <= :as_of

),

starts as (

    select
        level,
        unit_id,
        currency,
        min(starts_on) as first_on
    from unit_steps
    where movement = 'new' and starts_on <= :as_of
    group by level, unit_id, currency

),

first_days as (

    select distinct first_on
    from starts

),

cohort_days as (

    select
        first_days.first_on,
        max(periods.period_number) as cohort_number,
        max(periods.looked_on) as opened_on
    from first_days
    cross join periods
    where
        first_days.first_on >= periods.period_start_on
        and first_days.first_on < periods.period_end_on
        and (cast(:since as date) is null or periods.period_start_on >= :since)
        and (cast(:until as date) is null or periods.period_start_on < :until)
    group by first_days.first_on

),

placed as (

    select
        starts.level,
        starts.unit_id,
        starts.currency,
        starts.first_on,
        cohort_days.cohort_number,
        cohort_days.opened_on
    from starts
    inner join cohort_days
        on starts.first_on = cohort_days.first_on

),

opened as (

    select
        placed.level,
        placed.unit_id,
        placed.currency,
        placed.first_on,
        placed.cohort_number,
        max(unit_steps.account_id) as account_id,
        max_by(unit_steps.arr, unit_steps.starts_on) as arr,
        max_by(unit_steps.price_total, unit_steps.starts_on) as price_total,
        max_by(unit_steps.returns, unit_steps.starts_on) as returns
    from placed
    inner join unit_steps
        on
            placed.level = unit_steps.level
            and placed.unit_id = unit_steps.unit_id
            and placed.opened_on >= unit_steps.starts_on
    group by placed.level, placed.unit_id, placed.currency, placed.first_on, placed.cohort_number

),

currencies as (

    select distinct currency
    from starts

),

cells as (

    select
        cohort.period_number as cohort_number,
        cohort.period_start_on as cohort_on,
        periods.period_number - cohort.period_number as age,
        periods.looked_on,
        periods.is_complete,
        currencies.currency,
        case when :fx_rule = 'as_of' then cast(:as_of as date) else cohort.looked_on end as opened_at_rate_of,
        case
            when :fx_rule = 'as_of' then cast(:as_of as date)
            when :fx_rule = 'actual' then periods.looked_on
            else cohort.looked_on
        end as looked_at_rate_of
    from periods as cohort
    inner join periods
        on cohort.period_number <= periods.period_number
    cross join currencies

),

rated_cells as (

    select
        cells.cohort_number,
        cells.cohort_on,
        cells.age,
        cells.looked_on,
        cells.is_complete,
        cells.currency,
        opening_rates.rate as opening_rate,
        now_rates.rate as now_rate
    from cells
    left join fx_spans as opening_rates
        on
            cells.currency = opening_rates.currency
            and cells.opened_at_rate_of >= opening_rates.starts_on
            and cells.opened_at_rate_of < opening_rates.ends_on
    left join fx_spans as now_rates
        on
            cells.currency = now_rates.currency
            and cells.looked_at_rate_of >= now_rates.starts_on
            and cells.looked_at_rate_of < now_rates.ends_on

),

converted as (

    select
        opened.level,
        opened.unit_id,
        opened.account_id,
        opened.first_on,
        rated_cells.cohort_on,
        rated_cells.age,
        rated_cells.looked_on,
        rated_cells.is_complete,
        unit_steps.lines,
        unit_steps.returns - opened.returns as returns,
        case
            when opened.currency = :reporting_currency then opened.arr
            else cast(round(opened.arr * rated_cells.opening_rate, 2) as decimal(38, 2))
        end as start_arr,
        case
            when opened.currency = :reporting_currency then unit_steps.arr
            else cast(round(unit_steps.arr * rated_cells.now_rate, 2) as decimal(38, 2))
        end as now_arr,
        case
            when opened.currency = :reporting_currency
                then unit_steps.price_total - opened.price_total
            else
                cast(
                    round((unit_steps.price_total - opened.price_total) * rated_cells.now_rate, 2)
                    as decimal(38, 2)
                )
        end as price
    from opened
    inner join rated_cells
        on opened.cohort_number = rated_cells.cohort_number and opened.currency = rated_cells.currency
    inner join unit_steps
        on
            opened.level = unit_steps.level
            and opened.unit_id = unit_steps.unit_id
            and rated_cells.looked_on >= unit_steps.starts_on
            and rated_cells.looked_on < unit_steps.ends_on

),

ruled as (

    select
        level,
        unit_id,
        account_id,
        first_on,
        cohort_on,
        age,
        looked_on,
        is_complete,
        start_arr,
        coalesce(
            start_arr > 0 and start_arr >= cast(:minimum_arr as decimal(18, 2)) and now_arr is not null,
            false
        ) as is_member,
        returns > 0 and :reactivated = 'excluded' as is_gone,
        now_arr > 0 or (:zero_arr_accounts = 'counted' and lines > 0) as is_there,
        case
            when returns > 0 and :reactivated = 'excluded' then 0
            when now_arr <= 0 then 0
            when :price_rises = 'included' then now_arr
            when now_arr > price then now_arr - price
            else 0
        end as net_arr
    from converted

)

select
    level,
    unit_id,
    account_id,
    first_on,
    cohort_on,
    age,
    looked_on,
    is_complete,
    is_member,
    case when is_member and is_there and not is_gone then 1 else 0 end as kept,
    case when is_member then start_arr else 0 end as start_arr,
    case when is_member then net_arr else 0 end as net_arr,
    case
        when not is_member then 0
        when net_arr < start_arr then net_arr
        else start_arr
    end as gross_arr
from ruled

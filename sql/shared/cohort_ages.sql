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
        row_number() over (order by period_start_on) as period_number,
        period_end_on - 1 <= :as_of as is_complete,
        case when period_end_on - 1 <= :as_of then period_end_on - 1 else cast(:as_of as date) end
            as looked_on
    from fiscal_periods
    where grain = :period and period_start_on <= :as_of

),

starts as (

    select
        unit_steps.level,
        unit_steps.unit_id,
        min(unit_steps.starts_on) as first_on
    from unit_steps
    where unit_steps.movement = 'new' and unit_steps.starts_on <= :as_of
    group by unit_steps.level, unit_steps.unit_id

),

placed as (

    select
        starts.level,
        starts.unit_id,
        starts.first_on,
        cohort.period_start_on as cohort_on,
        periods.period_number - cohort.period_number as age,
        cohort.looked_on as opened_on,
        periods.looked_on,
        periods.is_complete
    from starts
    inner join fiscal_periods
        on
            fiscal_periods.grain = :period
            and starts.first_on >= fiscal_periods.period_start_on
            and starts.first_on < fiscal_periods.period_end_on
    inner join periods as cohort
        on fiscal_periods.period_start_on = cohort.period_start_on
    inner join periods
        on cohort.period_number <= periods.period_number
    where
        (cast(:since as date) is null or cohort.period_start_on >= :since)
        and (cast(:until as date) is null or cohort.period_start_on < :until)

),

days as (

    select looked_on as on_day
    from periods

    union distinct

    select cast(:as_of as date) as on_day

),

day_rates as (

    select
        fx_rates.currency,
        days.on_day,
        cast(
            max_by(
                case when fx_rates.valid_on <= days.on_day then fx_rates.rate_to_reporting end,
                case when fx_rates.valid_on <= days.on_day then fx_rates.valid_on end
            ) as decimal(28, 8)
        ) as rate
    from days
    cross join fx_rates
    where fx_rates.currency <> :reporting_currency
    group by fx_rates.currency, days.on_day

),

stood as (

    select
        placed.level,
        placed.unit_id,
        placed.first_on,
        placed.cohort_on,
        placed.age,
        placed.opened_on,
        placed.looked_on,
        placed.is_complete,
        unit_steps.account_id,
        unit_steps.currency,
        unit_steps.arr,
        unit_steps.lines,
        unit_steps.price_total,
        unit_steps.returns,
        case
            when :fx_rule = 'as_of' then cast(:as_of as date)
            when :fx_rule = 'actual' then placed.looked_on
            else placed.opened_on
        end as rate_on
    from placed
    inner join unit_steps
        on
            placed.level = unit_steps.level
            and placed.unit_id = unit_steps.unit_id
            and placed.looked_on >= unit_steps.starts_on
            and placed.looked_on < unit_steps.ends_on

),

converted as (

    select
        stood.level,
        stood.unit_id,
        stood.account_id,
        stood.first_on,
        stood.cohort_on,
        stood.age,
        stood.looked_on,
        stood.is_complete,
        stood.lines,
        stood.returns - opening.returns as returns,
        case
            when stood.currency = :reporting_currency then opening.arr
            else cast(round(opening.arr * opening_rates.rate, 2) as decimal(38, 2))
        end as start_arr,
        case
            when stood.currency = :reporting_currency then stood.arr
            else cast(round(stood.arr * now_rates.rate, 2) as decimal(38, 2))
        end as now_arr,
        case
            when stood.currency = :reporting_currency then stood.price_total - opening.price_total
            else
                cast(
                    round((stood.price_total - opening.price_total) * now_rates.rate, 2) as decimal(38, 2)
                )
        end as price
    from stood
    inner join stood as opening
        on stood.level = opening.level and stood.unit_id = opening.unit_id and opening.age = 0
    left join day_rates as opening_rates
        on opening.currency = opening_rates.currency and opening.rate_on = opening_rates.on_day
    left join day_rates as now_rates
        on stood.currency = now_rates.currency and stood.rate_on = now_rates.on_day

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

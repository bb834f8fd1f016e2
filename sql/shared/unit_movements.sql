-- Movements of ARR per unit and day, one row per unit and day its ARR changed on.
-- Params: as_of date, since date, until date (exclusive), level varchar, fx_rule varchar.
-- Uses: unit_steps.
-- Constant rates are those of the as-of date; a change is the difference of two rounded amounts, so that the
-- movements of a window add up to the difference of its ARR to the cent.
with

changed as (

    select
        unit_id,
        account_id,
        currency,
        starts_on as effective_on,
        movement,
        change,
        arr
    from unit_steps
    where
        level = :level
        and movement <> 'none'
        and starts_on <= :as_of
        and (cast(:since as date) is null or starts_on >= :since)
        and (cast(:until as date) is null or starts_on < :until)

),

rate_days as (

    select distinct
        currency,
        case when :fx_rule = 'actual' then effective_on else cast(:as_of as date) end as rate_on
    from changed
    where currency <> :reporting_currency

),

day_rates as (

    select
        rate_days.currency,
        rate_days.rate_on,
        fx_spans.rate
    from rate_days
    inner join fx_spans
        on
            rate_days.currency = fx_spans.currency
            and rate_days.rate_on >= fx_spans.starts_on
            and rate_days.rate_on < fx_spans.ends_on

)

select
    changed.unit_id,
    changed.account_id,
    changed.effective_on,
    changed.movement,
    case
        when changed.currency = :reporting_currency then changed.change
        else
            cast(round(changed.arr * day_rates.rate, 2) as decimal(38, 2))
            - cast(round((changed.arr - changed.change) * day_rates.rate, 2) as decimal(38, 2))
    end as amount,
    case
        when changed.currency = :reporting_currency then changed.arr
        else cast(round(changed.arr * day_rates.rate, 2) as decimal(38, 2))
    end as arr
from changed
left join day_rates
    on
        changed.currency = day_rates.currency
        and day_rates.rate_on = case when :fx_rule = 'actual' then changed.effective_on else :as_of end

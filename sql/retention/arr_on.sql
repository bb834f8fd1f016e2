-- ARR and customers on a day, one row in all.
-- Params: on_day date, as_of date, fx_rule varchar, level varchar, logo_level varchar.
-- Uses: unit_steps, rates, rates_on_day.
-- Rests on: accounts.
with

counted as (

    select
        coalesce(
            sum(
                case
                    when unit_steps.level = :level
                        then cast(round(unit_steps.arr * used.rate, 2) as decimal(38, 2))
                    else 0
                end
            ),
            0
        ) as arr,
        sum(
            case when unit_steps.level = :logo_level and unit_steps.arr > 0 then 1 else 0 end
        ) as accounts
    from unit_steps
    left join rates_on_day as used
        on unit_steps.currency = used.currency
    where unit_steps.starts_on <= :on_day and unit_steps.ends_on > :on_day
    having count(*) > 0

)

select
    cast(:on_day as date) as on_day,
    arr,
    coalesce(accounts, 0) as accounts
from counted

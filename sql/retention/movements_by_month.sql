-- Movements of ARR by fiscal month, one row per month and movement.
-- Params: as_of date, since date, until date (exclusive), level varchar, fx_rule varchar.
-- Uses: unit_movements.
-- Rests on: accounts.
with

dated as (

    select
        coalesce(
            fiscal_periods.period_start_on,
            cast(date_trunc('month', unit_movements.effective_on) as date)
        ) as month,
        unit_movements.movement,
        unit_movements.unit_id,
        unit_movements.amount
    from unit_movements
    left join fiscal_periods
        on
            fiscal_periods.grain = 'month'
            and unit_movements.effective_on >= fiscal_periods.period_start_on
            and unit_movements.effective_on < fiscal_periods.period_end_on

)

select
    month,
    movement,
    count(distinct unit_id) as accounts,
    coalesce(sum(amount), 0) as amount
from dated
group by month, movement
order by month, movement

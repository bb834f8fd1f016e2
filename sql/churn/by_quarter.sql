-- ARR and customers lost by fiscal quarter, one row per quarter, movement and whether it was controllable.
-- Params: as_of date, since date, until date (exclusive), level varchar, fx_rule varchar.
-- Uses: losses.
-- Rests on: accounts.
with

dated as (

    select
        coalesce(
            fiscal_periods.period_start_on, cast(date_trunc('quarter', losses.lost_on) as date)
        ) as quarter,
        losses.movement,
        losses.control,
        losses.unit_id,
        losses.arr_lost
    from losses
    left join fiscal_periods
        on
            fiscal_periods.grain = 'quarter'
            and losses.lost_on >= fiscal_periods.period_start_on
            and losses.lost_on < fiscal_periods.period_end_on

)

select
    quarter,
    movement,
    control,
    count(*) as losses,
    count(distinct unit_id) as accounts,
    sum(arr_lost) as arr_lost
from dated
group by quarter, movement, control
order by quarter, movement, control

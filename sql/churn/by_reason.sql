-- ARR and customers lost by reason, one row per movement, reason and whether it was controllable.
-- Params: as_of date, since date, until date (exclusive), level varchar, fx_rule varchar.
-- Uses: losses.
-- Rests on: accounts.
select
    movement,
    reason,
    control,
    count(*) as losses,
    count(distinct unit_id) as accounts,
    sum(arr_lost) as arr_lost,
    cast(sum(arr_lost) as double precision)
    / nullif(cast(sum(sum(arr_lost)) over (partition by movement) as double precision), 0) as arr_share
from losses
group by movement, reason, control
order by movement, arr_lost desc nulls last, reason, control

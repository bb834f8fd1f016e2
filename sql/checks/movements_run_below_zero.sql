-- Days on which an account's movements begin to sum to less than zero, one row per account and day.
-- Params: as_of date, reporting_currency varchar.
-- Uses: arr_by_movement_day.
-- Rests on: arr_movements.
select
    'arr_movements' as table_name,
    last_movement_id as row_key,
    account_id,
    'amount' as column_name,
    'movements_run_below_zero' as rule,
    'running ARR ' || cast(cast(closing_arr as decimal(38, 2)) as varchar) as value,
    cast(last_amount as decimal(18, 2)) as arr
from arr_by_movement_day
where opening_arr >= 0 and closing_arr < 0
order by account_id, effective_on

-- Days on which an account gets its first ARR without a new movement, one row per account and day.
-- Params: as_of date, reporting_currency varchar.
-- Uses: arr_by_movement_day.
-- Rests on: arr_movements.
-- An account that came and went within a day was a customer or was not: new and reactivation both pass.
select
    'arr_movements' as table_name,
    first_movement_id as row_key,
    account_id,
    'movement' as column_name,
    'movements_start_with_new' as rule,
    first_movement as value,
    cast(first_amount as decimal(18, 2)) as arr
from arr_by_movement_day
where
    new_movements = 0
    and (
        day_number = 1
        or (reactivations = 0 and opening_arr = 0 and closing_arr > 0 and highest_arr_before <= 0)
    )
order by account_id, effective_on

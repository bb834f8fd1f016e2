-- Days on which a former customer returns without a reactivation, one row per account and day.
-- Params: as_of date, reporting_currency varchar.
-- Uses: arr_by_movement_day.
-- Rests on: arr_movements.
select
    'arr_movements' as table_name,
    first_movement_id as row_key,
    account_id,
    'movement' as column_name,
    'return_only_with_reactivation' as rule,
    first_movement as value,
    cast(first_amount as decimal(18, 2)) as arr
from arr_by_movement_day
where
    opening_arr = 0
    and closing_arr > 0
    and highest_arr_before > 0
    and reactivations = 0
order by account_id, effective_on

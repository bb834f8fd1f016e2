-- Days on which an account's ARR reaches zero without a churn, one row per account and day.
-- Params: as_of date, reporting_currency varchar.
-- Uses: arr_by_movement_day.
-- Rests on: arr_movements.
select
    'arr_movements' as table_name,
    last_movement_id as row_key,
    account_id,
    'movement' as column_name,
    'reach_zero_only_with_churn' as rule,
    last_movement as value,
    cast(last_amount as decimal(18, 2)) as arr
from arr_by_movement_day
where opening_arr > 0 and closing_arr = 0 and churns = 0
order by account_id, effective_on

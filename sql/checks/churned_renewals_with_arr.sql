-- Churned renewals whose renewed ARR is not zero, one row per renewal.
-- Params: none.
-- Rests on: renewals.
select
    'renewals' as table_name,
    renewal_id as row_key,
    account_id,
    'arr_renewed' as column_name,
    'churned_renewals_with_arr' as rule,
    cast(arr_renewed as varchar) as value,
    cast(arr_due as decimal(18, 2)) as arr
from renewals
where status = 'churned' and arr_renewed is distinct from 0
order by renewal_id

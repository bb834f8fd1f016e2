-- Renewals that are closed but do not say when, one row per renewal.
-- Params: none.
-- Rests on: renewals.
select
    'renewals' as table_name,
    renewal_id as row_key,
    account_id,
    'closed_on' as column_name,
    'closed_renewals_without_date' as rule,
    cast(null as varchar) as value,
    cast(arr_due as decimal(18, 2)) as arr
from renewals
where status in ('renewed', 'churned') and closed_on is null
order by renewal_id

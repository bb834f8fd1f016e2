-- Rows refused on import, the largest ARR first, one row per row and rule it broke.
-- Params: all_accounts boolean: only who sees every account sees refused rows; most integer.
select
    table_name,
    file,
    row_number,
    row_key,
    column_name,
    rule,
    value,
    arr,
    count(*) over () as refused_rows
from quarantine
where :all_accounts
order by
    arr desc nulls last,
    table_name,
    file,
    row_number nulls last,
    rule,
    column_name nulls last
limit :most

-- Loaded rows that break a rule, the largest ARR first, one row per row and rule.
-- Params: as_of date, all_accounts boolean: only who sees every account sees them; most integer.
select
    broken_rules.table_name,
    broken_rules.rule,
    broken_rules.row_key,
    broken_rules.account_id,
    accounts.account_name,
    broken_rules.column_name,
    broken_rules.value,
    broken_rules.arr,
    count(*) over () as broken_rows
from broken_rules
left join accounts
    on broken_rules.account_id = accounts.account_id
where :all_accounts
order by
    broken_rules.arr desc nulls last,
    broken_rules.table_name,
    broken_rules.rule,
    broken_rules.row_key nulls last,
    broken_rules.account_id nulls last,
    broken_rules.column_name nulls last,
    broken_rules.value nulls last
limit :most

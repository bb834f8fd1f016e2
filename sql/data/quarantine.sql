-- Rows refused on import by the rule they broke, one row per table, column and rule.
-- Params: all_accounts boolean: only who sees every account sees refused rows.
select
    table_name,
    column_name,
    rule,
    count(*) as refused_rows,
    sum(arr) as arr
from quarantine
where :all_accounts
group by table_name, column_name, rule
order by table_name, column_name nulls last, rule

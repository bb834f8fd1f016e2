-- Rules that loaded rows break, one row per table and rule.
-- Params: all_accounts boolean: only who sees every account sees them.
select
    table_name,
    rule,
    count(*) as broken_rows,
    count(distinct account_id) as accounts,
    sum(arr) as arr
from broken_rules
where :all_accounts
group by table_name, rule
order by table_name, rule

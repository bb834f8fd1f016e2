-- Accounts and ARR by stage and whether they are stuck in it, one row per stage and reading.
-- Params: as_of date, stage_limits varchar.
-- Uses: stage_accounts.
select
    stage,
    reading,
    count(*) as accounts,
    sum(is_customer) as customers,
    sum(arr) as arr,
    sum(case when arr is null then 1 else 0 end) as without_rate,
    max(limit_days) as limit_days
from stage_accounts
group by stage, reading
order by stage, reading

-- Weeks of usage in which the account has no live contract line, one row.
-- Params: none.
-- Rests on: subscriptions, usage_weekly.
-- A week is of a line that is live on any of its seven days, a trial included.
select
    count(*) as noticed_rows,
    count(distinct usage_weekly.account_id) as accounts,
    cast(null as decimal(38, 2)) as arr
from usage_weekly
where
    not exists (
        select 1 from subscriptions
        where
            subscriptions.account_id = usage_weekly.account_id
            and subscriptions.starts_on < cast(usage_weekly.week_on + interval '7 days' as date)
            and (subscriptions.ends_on is null or subscriptions.ends_on > usage_weekly.week_on)
    )

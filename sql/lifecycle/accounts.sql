-- Accounts with their stage and how long they have been in it, one row per account, the longest first.
-- Params: as_of date, stage_limits varchar.
-- Uses: stage_accounts.
select
    stage_accounts.account_id,
    stage_accounts.account_name,
    stage_accounts.segment,
    stage_accounts.region,
    team_members.name as csm_name,
    stage_accounts.stage,
    stage_accounts.arr,
    stage_accounts.is_customer = 1 as is_customer,
    stage_accounts.entered_on,
    stage_accounts.days_in_stage,
    stage_accounts.limit_days,
    stage_accounts.days_in_stage - stage_accounts.limit_days as days_over,
    stage_accounts.reading
from stage_accounts
left join team_members
    on stage_accounts.csm_id = team_members.member_id
order by
    stage_accounts.days_in_stage desc nulls last,
    stage_accounts.account_id

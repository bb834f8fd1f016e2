-- Customers of one day of the months with their stage on it, one row per account, the largest ARR first.
-- Params: as_of date, day_on date, stage_limits varchar.
-- Uses: visible_accounts, stages_by_month.
select
    stages_by_month.day_on,
    stages_by_month.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    team_members.name as csm_name,
    stages_by_month.stage,
    stages_by_month.arr,
    stages_by_month.entered_on,
    stages_by_month.days_in_stage,
    stages_by_month.is_stuck = 1 as is_stuck
from stages_by_month
inner join visible_accounts
    on stages_by_month.account_id = visible_accounts.account_id
left join team_members
    on visible_accounts.csm_id = team_members.member_id
where stages_by_month.day_on = :day_on
order by stages_by_month.arr desc nulls last, stages_by_month.account_id

-- Stays in a stage with what came after them, one row per account and stay, the latest first.
-- Params: as_of date, since date, until date (exclusive), dated varchar: the window is on the day a stay
-- was entered or left; stage_limits varchar.
-- Uses: visible_accounts, stage_stays.
select
    stage_stays.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    team_members.name as csm_name,
    stage_stays.stage,
    stage_stays.entered_on,
    stage_stays.left_on,
    coalesce(stage_stays.left_on, cast(:as_of as date)) - stage_stays.entered_on as days,
    case
        when stage_stays.next_stage is not null then stage_stays.next_stage
        when stage_stays.left_on is null then 'still in it'
        else 'not recorded'
    end as outcome
from stage_stays
inner join visible_accounts
    on stage_stays.account_id = visible_accounts.account_id
left join team_members
    on visible_accounts.csm_id = team_members.member_id
where
    (
        :dated = 'entered'
        and (cast(:since as date) is null or stage_stays.entered_on >= :since)
        and (cast(:until as date) is null or stage_stays.entered_on < :until)
    )
    or (
        :dated = 'left'
        and stage_stays.left_on is not null
        and (cast(:since as date) is null or stage_stays.left_on >= :since)
        and (cast(:until as date) is null or stage_stays.left_on < :until)
    )
order by stage_stays.entered_on desc nulls last, stage_stays.account_id, stage_stays.stage

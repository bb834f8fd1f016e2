-- Values the filters offer a viewer, one row per filter and value.
-- Params: as_of date.
-- Uses: visible_accounts.
select
    'segment' as filter,
    visible_accounts.segment as value,
    visible_accounts.segment as label,
    count(*) as accounts
from visible_accounts
group by visible_accounts.segment

union all

select
    'region' as filter,
    visible_accounts.region as value,
    visible_accounts.region as label,
    count(*) as accounts
from visible_accounts
group by visible_accounts.region

union all

select
    'csm' as filter,
    coalesce(visible_accounts.csm_id, 'unassigned') as value,
    coalesce(team_members.name, visible_accounts.csm_id, 'Unassigned') as label,
    count(*) as accounts
from visible_accounts
left join team_members
    on visible_accounts.csm_id = team_members.member_id
group by
    coalesce(visible_accounts.csm_id, 'unassigned'),
    coalesce(team_members.name, visible_accounts.csm_id, 'Unassigned')
order by filter, label, value

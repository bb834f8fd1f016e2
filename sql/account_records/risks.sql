-- Risks of one account by the as-of date, one row per risk, the open ones first.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts.
-- Rests on: risks.
select
    risks.risk_id,
    case when risks.resolved_on <= :as_of then 'resolved' else 'open' end as status,
    risks.category,
    risks.severity,
    risks.source,
    team_members.name as owner_name,
    risks.opened_on,
    case when risks.escalated_on <= :as_of then risks.escalated_on end as escalated_on,
    case when risks.resolved_on <= :as_of then risks.resolved_on end as resolved_on,
    case when risks.resolved_on <= :as_of then risks.resolved_on else cast(:as_of as date) end
    - risks.opened_on as days_open,
    risks.note
from risks
inner join visible_accounts
    on risks.account_id = visible_accounts.account_id
left join team_members
    on risks.owner_id = team_members.member_id
where
    risks.account_id = :account_id
    and risks.opened_on <= :as_of
order by status, risks.opened_on desc nulls last, risks.risk_id

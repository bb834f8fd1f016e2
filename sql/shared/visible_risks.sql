-- Risks of visible accounts opened by the as-of date, one row per risk, resolved only where it was by then.
-- Params: as_of date.
-- Uses: visible_accounts.
-- Rests on: risks.
-- A category that the register does not know keeps its name and is marked unmapped.
select
    risks.risk_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.csm_id,
    case lower(trim(risks.category))
        when 'deployment' then 'Deployment'
        when 'engagement' then 'Engagement'
        when 'adoption' then 'Adoption'
        when 'roi' then 'ROI'
        when 'overall' then 'Overall'
        when 'support' then 'Support'
        when 'sentiment' then 'Sentiment'
        when 'external' then 'External'
        else 'unmapped: ' || trim(risks.category)
    end as category,
    risks.source,
    nullif(trim(risks.severity), '') as severity,
    risks.owner_id,
    risks.opened_on,
    case when risks.escalated_on <= :as_of then risks.escalated_on end as escalated_on,
    case when risks.resolved_on <= :as_of then risks.resolved_on end as resolved_on,
    risks.note
from risks
inner join visible_accounts
    on risks.account_id = visible_accounts.account_id
where risks.opened_on <= :as_of

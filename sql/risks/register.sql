-- Risks open on the as-of date, one row per risk, the largest ARR first.
-- Params: as_of date.
-- Uses: open_risks.
select
    open_risks.risk_id,
    open_risks.account_id,
    open_risks.account_name,
    open_risks.segment,
    csms.name as csm_name,
    open_risks.category,
    open_risks.source,
    open_risks.severity,
    owners.name as owner_name,
    case
        when open_risks.owner_id is null then 'nobody'
        when owners.member_id is null then 'not in the team'
        when owners.left_on <= :as_of then 'has left'
        else 'in the team'
    end as owner_state,
    open_risks.opened_on,
    open_risks.age_days,
    open_risks.escalated_on,
    open_risks.escalated_on is not null as is_escalated,
    open_risks.arr,
    case when open_risks.counts_in_category then open_risks.arr else 0 end as arr_in_category,
    case when open_risks.counts_in_all then open_risks.arr else 0 end as arr_in_all,
    open_risks.note
from open_risks
left join team_members as csms
    on open_risks.csm_id = csms.member_id
left join team_members as owners
    on open_risks.owner_id = owners.member_id
order by open_risks.arr desc nulls last, open_risks.account_id, open_risks.category, open_risks.risk_id

-- Renewals behind the quarters, one row per renewal, the soonest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: renewals_due.
select
    renewals_due.renewal_id,
    renewals_due.account_id,
    renewals_due.account_name,
    renewals_due.segment,
    renewals_due.region,
    team_members.name as csm_name,
    renewals_due.due_on,
    renewals_due.due_quarter,
    renewals_due.status,
    renewals_due.closed_on,
    renewals_due.health_band,
    renewals_due.overall_score,
    renewals_due.forecast_category,
    renewals_due.renewal_likelihood,
    renewals_due.arr_due,
    renewals_due.arr_renewed,
    renewals_due.arr_renewed_capped
from renewals_due
left join team_members
    on renewals_due.csm_id = team_members.member_id
order by renewals_due.due_on, renewals_due.arr_due desc nulls last, renewals_due.renewal_id

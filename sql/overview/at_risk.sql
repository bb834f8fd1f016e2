-- Open renewals of customers at red, one row per renewal, the largest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: renewals_due.
-- Rests on: renewals, health_scores.
with

open_risks as (

    select
        account_id,
        count(*) as risks
    from risks
    where
        opened_on <= :as_of
        and (resolved_on is null or resolved_on > :as_of)
    group by account_id

)

select
    renewals_due.renewal_id,
    renewals_due.account_id,
    renewals_due.account_name,
    renewals_due.segment,
    team_members.name as csm_name,
    renewals_due.arr_due,
    renewals_due.due_on,
    renewals_due.due_quarter,
    renewals_due.due_on - cast(:as_of as date) as days_left,
    renewals_due.overall_score,
    renewals_due.forecast_category,
    renewals_due.renewal_likelihood,
    coalesce(open_risks.risks, 0) as open_risks
from renewals_due
left join team_members
    on renewals_due.csm_id = team_members.member_id
left join open_risks
    on renewals_due.account_id = open_risks.account_id
where
    renewals_due.status = 'open'
    and renewals_due.health_band = 'red'
order by renewals_due.arr_due desc nulls last, renewals_due.renewal_id

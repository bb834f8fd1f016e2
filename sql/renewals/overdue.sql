-- Renewals past their due date and still open on the as-of date, one row per renewal, the oldest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: renewals_due.
select
    renewals_due.renewal_id,
    renewals_due.account_id,
    renewals_due.account_name,
    renewals_due.segment,
    team_members.name as csm_name,
    renewals_due.arr_due,
    renewals_due.due_on,
    cast(:as_of as date) - renewals_due.due_on as days_overdue,
    renewals_due.health_band,
    renewals_due.forecast_category,
    renewals_due.renewal_likelihood
from renewals_due
left join team_members
    on renewals_due.csm_id = team_members.member_id
where
    renewals_due.status = 'open'
    and renewals_due.due_on < :as_of
order by renewals_due.due_on, renewals_due.renewal_id

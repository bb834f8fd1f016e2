-- Renewals behind one measure and band of the outcome check, one row per renewal, the last due first.
-- Params: as_of date, since date, until date (exclusive), days_before integer, measure varchar, band varchar:
-- 'not scored' for none, period varchar, the rules of the retention policy, the health policy.
-- Uses: renewals_checked, visible_accounts.
select
    renewals_checked.renewal_id,
    renewals_checked.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    team_members.name as csm_name,
    renewals_checked.due_on,
    renewals_checked.state_on as scored_on,
    renewals_checked.measure,
    renewals_checked.score,
    renewals_checked.health_band,
    renewals_checked.is_renewed,
    renewals_checked.arr_due,
    renewals_checked.arr_kept
from renewals_checked
inner join visible_accounts
    on renewals_checked.account_id = visible_accounts.account_id
left join team_members
    on visible_accounts.csm_id = team_members.member_id
where
    renewals_checked.measure = :measure
    and coalesce(renewals_checked.health_band, 'not scored') = :band
order by renewals_checked.due_on desc nulls last, renewals_checked.renewal_id

-- Customers in a health band at the end of a week, one row per customer, the largest ARR first.
-- Params: as_of date, week_on date: Monday of the week, band varchar: 'not scored' for none.
-- Uses: visible_accounts, rates.
-- Rests on: health_scores.
select
    account_weeks.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    team_members.name as csm_name,
    account_weeks.week_on,
    account_weeks.health_band,
    account_weeks.overall_score,
    account_weeks.coverage,
    cast(round(account_weeks.arr * rates.rate, 2) as decimal(38, 2)) as arr
from account_weeks
inner join visible_accounts
    on account_weeks.account_id = visible_accounts.account_id
left join team_members
    on visible_accounts.csm_id = team_members.member_id
left join rates
    on account_weeks.currency = rates.currency
where
    account_weeks.week_on = :week_on
    and account_weeks.state_on <= :as_of
    and coalesce(account_weeks.health_band, 'not scored') = :band
    and (
        account_weeks.arr > 0
        or (
            account_weeks.arr is null
            and (
                visible_accounts.churned_on is null
                or visible_accounts.churned_on > account_weeks.state_on
            )
        )
    )
order by account_weeks.arr desc nulls last, account_weeks.account_id

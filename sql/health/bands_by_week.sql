-- Customers by health band over time, one row per week and band; a null band is not scored.
-- Params: as_of date, since date: first week shown.
-- Uses: visible_accounts, rates.
-- Rests on: health_scores.
select
    account_weeks.week_on,
    account_weeks.health_band,
    count(*) as accounts,
    sum(cast(round(account_weeks.arr * rates.rate, 2) as decimal(38, 2))) as arr
from account_weeks
inner join visible_accounts
    on account_weeks.account_id = visible_accounts.account_id
left join rates
    on account_weeks.currency = rates.currency
where
    account_weeks.state_on <= :as_of
    and (cast(:since as date) is null or account_weeks.week_on >= :since)
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
group by account_weeks.week_on, account_weeks.health_band
order by account_weeks.week_on, account_weeks.health_band nulls last

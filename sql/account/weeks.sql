-- Health, ARR and use of one account over time, one row per week.
-- Params: as_of date, account_id varchar, since date: first week shown.
-- Uses: visible_accounts, rates.
-- A week of use counts once it is over. ARR is that of the week's last measurement, at the rates of the as-of
-- date.
with

scored as (

    select
        account_weeks.week_on,
        account_weeks.overall_score,
        account_weeks.health_band,
        account_weeks.outcomes,
        account_weeks.experience,
        cast(round(account_weeks.arr * rates.rate, 2) as decimal(38, 2)) as arr
    from account_weeks
    inner join visible_accounts
        on account_weeks.account_id = visible_accounts.account_id
    left join rates
        on account_weeks.currency = rates.currency
    where
        account_weeks.account_id = :account_id
        and account_weeks.state_on <= :as_of

),

used as (

    select
        usage_weekly.week_on,
        usage_weekly.active_users,
        usage_weekly.licensed_seats,
        usage_weekly.features_used,
        usage_weekly.features_entitled
    from usage_weekly
    inner join visible_accounts
        on usage_weekly.account_id = visible_accounts.account_id
    where
        usage_weekly.account_id = :account_id
        and usage_weekly.week_on + 6 <= cast(:as_of as date)

),

known as (

    select week_on from scored
    union distinct
    select week_on from used

)

select
    known.week_on,
    scored.overall_score,
    scored.health_band,
    scored.outcomes,
    scored.experience,
    scored.arr,
    used.active_users,
    used.licensed_seats,
    used.features_used,
    used.features_entitled
from known
left join scored
    on known.week_on = scored.week_on
left join used
    on known.week_on = used.week_on
where cast(:since as date) is null or known.week_on >= :since
order by known.week_on

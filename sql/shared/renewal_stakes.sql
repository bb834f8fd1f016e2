-- What renewals have lost, may lose and have saved, one row per renewal and state.
-- Params: as_of date, since date, until date (exclusive), red_within_days integer.
-- Uses: renewals_due.
-- Churned: lost on the as-of date, all that was due. Reduced: renewed for less, the difference. At risk: open
-- and red on the as-of date, all that is due. Saved: renewed after a week at red, measured before the day it
-- closed and at most so many days before: what was kept of what was due.
with

reds as (

    select
        renewals_due.renewal_id,
        max(account_weeks.state_on) as last_red_on
    from renewals_due
    inner join account_weeks
        on
            renewals_due.account_id = account_weeks.account_id
            and renewals_due.closed_on > account_weeks.state_on
            and renewals_due.closed_on - account_weeks.state_on <= :red_within_days
    where
        renewals_due.status = 'renewed'
        and account_weeks.health_band = 'red'
    group by renewals_due.renewal_id

),

states as (

    select
        renewal_id,
        case when status = 'churned' then 'churned' else 'at_risk' end as state,
        arr_due as arr_at_stake
    from renewals_due
    where
        status = 'churned'
        or (status = 'open' and health_band = 'red')

    union all

    select
        renewal_id,
        'reduced' as state,
        arr_due - arr_renewed_capped as arr_at_stake
    from renewals_due
    where arr_renewed_capped < arr_due

    union all

    select
        renewals_due.renewal_id,
        'saved' as state,
        renewals_due.arr_renewed_capped as arr_at_stake
    from renewals_due
    inner join reds
        on renewals_due.renewal_id = reds.renewal_id

)

select
    states.renewal_id,
    states.state,
    states.arr_at_stake,
    renewals_due.account_id,
    renewals_due.account_name,
    renewals_due.segment,
    renewals_due.region,
    renewals_due.csm_id,
    renewals_due.due_on,
    renewals_due.due_quarter,
    renewals_due.closed_on,
    renewals_due.health_band,
    reds.last_red_on,
    renewals_due.forecast_category,
    renewals_due.renewal_likelihood,
    renewals_due.arr_due
from states
inner join renewals_due
    on states.renewal_id = renewals_due.renewal_id
left join reds
    on states.renewal_id = reds.renewal_id

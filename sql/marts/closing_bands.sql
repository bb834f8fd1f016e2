-- Health band an account had before its renewal closed, one row per closed renewal with a scored week before.
-- Of the last measured week before the one it closed in, at most nine weeks back: that week itself may have
-- been scored after the outcome was known.
select
    renewals.renewal_id,
    account_weeks.health_band
from renewals
inner join account_weeks
    on
        renewals.account_id = account_weeks.account_id
        and cast(date_trunc('week', renewals.closed_on) as date) - 7 >= account_weeks.week_on
        and cast(date_trunc('week', renewals.closed_on) as date) - 63 <= account_weeks.week_on
where renewals.status <> 'open'
qualify row_number() over (
    partition by renewals.renewal_id
    order by account_weeks.week_on desc nulls last
) = 1

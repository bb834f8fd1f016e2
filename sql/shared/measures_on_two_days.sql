-- Health measures as they were on the as-of date and on an earlier day, one row per account and day.
-- Params: as_of date, compared_on date, stale_after_days integer.
-- The day stands in the column of the week; a measure that was stale on it is null.
with

days as (

    select
        cast(:as_of as date) as day_on,
        max(week_on) as week_on
    from weeks
    where state_on <= :as_of
    union all
    select
        cast(:compared_on as date) as day_on,
        max(week_on) as week_on
    from weeks
    where state_on <= :compared_on and cast(:compared_on as date) <> cast(:as_of as date)

)

select
    account_weeks.account_id,
    days.day_on as week_on,
    case
        when days.day_on - account_weeks.deployment_on <= :stale_after_days then account_weeks.deployment
    end as deployment,
    case
        when days.day_on - account_weeks.engagement_on <= :stale_after_days then account_weeks.engagement
    end as engagement,
    case
        when days.day_on - account_weeks.adoption_on <= :stale_after_days then account_weeks.adoption
    end as adoption,
    case
        when days.day_on - account_weeks.roi_on <= :stale_after_days then account_weeks.roi
    end as roi,
    case
        when days.day_on - account_weeks.nps_on <= :stale_after_days then account_weeks.nps
    end as nps,
    case
        when days.day_on - account_weeks.support_on <= :stale_after_days then account_weeks.support
    end as support,
    case
        when days.day_on - account_weeks.sentiment_on <= :stale_after_days then account_weeks.sentiment
    end as sentiment,
    account_weeks.deployment_on,
    account_weeks.engagement_on,
    account_weeks.adoption_on,
    account_weeks.roi_on,
    account_weeks.nps_on,
    account_weeks.support_on,
    account_weeks.sentiment_on
from account_weeks
inner join days
    on account_weeks.week_on = days.week_on

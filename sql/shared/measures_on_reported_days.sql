-- Health measures carried forward to each reported day, one row per account and day; stale ones are null.
-- Params: stale_after_days integer.
-- Uses: reported_days.
-- As measures_on_as_of, for several days: week_on is the day itself.
with

last_weeks as (

    select
        reported_days.on_day,
        max(weeks.week_on) as week_on
    from reported_days
    inner join weeks
        on reported_days.on_day >= weeks.state_on
    group by reported_days.on_day

),

carried as (

    select
        account_weeks.account_id,
        last_weeks.on_day,
        account_weeks.deployment,
        account_weeks.engagement,
        account_weeks.adoption,
        account_weeks.roi,
        account_weeks.nps,
        account_weeks.support,
        account_weeks.sentiment,
        last_weeks.on_day - account_weeks.deployment_on as deployment_days,
        last_weeks.on_day - account_weeks.engagement_on as engagement_days,
        last_weeks.on_day - account_weeks.adoption_on as adoption_days,
        last_weeks.on_day - account_weeks.roi_on as roi_days,
        last_weeks.on_day - account_weeks.nps_on as nps_days,
        last_weeks.on_day - account_weeks.support_on as support_days,
        last_weeks.on_day - account_weeks.sentiment_on as sentiment_days
    from account_weeks
    inner join last_weeks
        on account_weeks.week_on = last_weeks.week_on

)

select
    account_id,
    on_day as week_on,
    case when deployment_days <= :stale_after_days then deployment end as deployment,
    case when engagement_days <= :stale_after_days then engagement end as engagement,
    case when adoption_days <= :stale_after_days then adoption end as adoption,
    case when roi_days <= :stale_after_days then roi end as roi,
    case when nps_days <= :stale_after_days then nps end as nps,
    case when support_days <= :stale_after_days then support end as support,
    case when sentiment_days <= :stale_after_days then sentiment end as sentiment
from carried

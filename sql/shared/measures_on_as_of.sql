-- Health measures carried forward to the as-of date, one row per account; stale ones are null.
-- Params: as_of date, stale_after_days integer.
select
    account_id,
    week_on,
    case when cast(:as_of as date) - deployment_on <= :stale_after_days then deployment end as deployment,
    case when cast(:as_of as date) - engagement_on <= :stale_after_days then engagement end as engagement,
    case when cast(:as_of as date) - adoption_on <= :stale_after_days then adoption end as adoption,
    case when cast(:as_of as date) - roi_on <= :stale_after_days then roi end as roi,
    case when cast(:as_of as date) - nps_on <= :stale_after_days then nps end as nps,
    case when cast(:as_of as date) - support_on <= :stale_after_days then support end as support,
    case when cast(:as_of as date) - sentiment_on <= :stale_after_days then sentiment end as sentiment,
    deployment_on,
    engagement_on,
    adoption_on,
    roi_on,
    nps_on,
    support_on,
    sentiment_on
from account_weeks
where week_on = (
    select max(weeks.week_on) from weeks
    where weeks.state_on <= :as_of
)

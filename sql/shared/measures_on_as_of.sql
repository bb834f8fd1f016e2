-- Health measures carried forward to the as-of date, one row per account; stale ones are null.
-- Params: as_of date, stale_after_days integer.
-- Rests on: health_scores.
select
    account_id,
    week_on,
    case when :as_of - deployment_on <= :stale_after_days then deployment end as deployment,
    case when :as_of - engagement_on <= :stale_after_days then engagement end as engagement,
    case when :as_of - adoption_on <= :stale_after_days then adoption end as adoption,
    case when :as_of - roi_on <= :stale_after_days then roi end as roi,
    case when :as_of - nps_on <= :stale_after_days then nps end as nps,
    case when :as_of - support_on <= :stale_after_days then support end as support,
    case when :as_of - sentiment_on <= :stale_after_days then sentiment end as sentiment,
    deployment_on,
    engagement_on,
    adoption_on,
    roi_on,
    nps_on,
    support_on,
    sentiment_on
from account_weeks
where week_on = (select max(weeks.week_on) from weeks where weeks.state_on <= :as_of)

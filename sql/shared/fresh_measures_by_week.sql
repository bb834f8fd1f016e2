-- Health measures of each week without the stale ones, one row per account and week.
-- Params: stale_after_days integer.
-- Uses: measures_by_week as carried.
select
    carried.account_id,
    carried.week_on,
    case when carried.state_on - carried.deployment_on <= :stale_after_days then carried.deployment end
        as deployment,
    case when carried.state_on - carried.engagement_on <= :stale_after_days then carried.engagement end
        as engagement,
    case when carried.state_on - carried.adoption_on <= :stale_after_days then carried.adoption end
        as adoption,
    case when carried.state_on - carried.roi_on <= :stale_after_days then carried.roi end as roi,
    case when carried.state_on - carried.nps_on <= :stale_after_days then carried.nps end as nps,
    case when carried.state_on - carried.support_on <= :stale_after_days then carried.support end as support,
    case when carried.state_on - carried.sentiment_on <= :stale_after_days then carried.sentiment end
        as sentiment
from carried

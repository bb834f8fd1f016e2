-- Customers by how long their onboarding took, one row per account, the latest first.
-- Params: as_of date, since date, until date (exclusive): of the day it began; stage_limits varchar.
-- Uses: onboardings.
select
    onboardings.account_id,
    onboardings.account_name,
    onboardings.segment,
    onboardings.region,
    team_members.name as csm_name,
    onboardings.arr,
    onboardings.cohort_on,
    onboardings.began_on,
    onboardings.onboarded_on,
    onboardings.onboarding,
    onboardings.onboarding_days,
    onboardings.first_done_on,
    onboardings.behaviour,
    onboardings.behaviour_days
from onboardings
left join team_members
    on onboardings.csm_id = team_members.member_id
order by onboardings.began_on desc nulls last, onboardings.account_id

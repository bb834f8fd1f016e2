-- Renewals lost, at risk and saved, one row per renewal and state, the largest amount of each state first.
-- Params: as_of date, since date, until date (exclusive), red_within_days integer.
-- Uses: renewal_stakes.
select
    renewal_stakes.renewal_id,
    renewal_stakes.state,
    renewal_stakes.account_id,
    renewal_stakes.account_name,
    renewal_stakes.segment,
    renewal_stakes.region,
    team_members.name as csm_name,
    renewal_stakes.arr_at_stake,
    renewal_stakes.arr_due,
    renewal_stakes.due_on,
    renewal_stakes.due_quarter,
    renewal_stakes.closed_on,
    renewal_stakes.health_band,
    renewal_stakes.last_red_on,
    renewal_stakes.forecast_category,
    renewal_stakes.renewal_likelihood
from renewal_stakes
left join team_members
    on renewal_stakes.csm_id = team_members.member_id
order by
    renewal_stakes.state,
    renewal_stakes.arr_at_stake desc nulls last,
    renewal_stakes.renewal_id

-- Renewals behind the rates of a retention policy, one row per renewal and counted anniversary.
-- Params: as_of date, since date, until date (exclusive), period varchar, the rules of the policy.
-- Uses: renewal_outcomes.
select
    renewal_outcomes.renewal_id,
    renewal_outcomes.account_id,
    renewal_outcomes.account_name,
    renewal_outcomes.segment,
    renewal_outcomes.region,
    team_members.name as csm_name,
    renewal_outcomes.due_on,
    renewal_outcomes.counted_in,
    renewal_outcomes.closed_on,
    renewal_outcomes.arr_due,
    renewal_outcomes.arr_renewed,
    renewal_outcomes.counted_arr_due,
    renewal_outcomes.counted_arr_renewed,
    renewal_outcomes.counted_arr_capped,
    renewal_outcomes.outcome,
    renewal_outcomes.is_decided
from renewal_outcomes
left join team_members
    on renewal_outcomes.csm_id = team_members.member_id
order by
    renewal_outcomes.counted_in,
    renewal_outcomes.due_on,
    renewal_outcomes.arr_due desc nulls last,
    renewal_outcomes.account_id,
    renewal_outcomes.renewal_id nulls last

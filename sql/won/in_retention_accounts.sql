-- Customers that grew or were sold to in one window, one row per customer of the policy's level.
-- Params: as_of, since and until date, the rules of the retention policy.
-- Uses: visible_accounts, won_beside_retained.
-- Rests on: accounts.
-- What was won without an account stands in a row without one.
select
    won_beside_retained.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    csms.name as csm_name,
    won_beside_retained.expansion_arr,
    won_beside_retained.csm_opportunities,
    won_beside_retained.other_opportunities,
    won_beside_retained.won_csm,
    won_beside_retained.won_other,
    won_beside_retained.csm_found,
    won_beside_retained.other_found,
    won_beside_retained.csm_not_found,
    won_beside_retained.other_not_found,
    won_beside_retained.without_opportunity
from won_beside_retained
left join visible_accounts
    on won_beside_retained.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
where
    won_beside_retained.expansion_arr <> 0
    or won_beside_retained.csm_opportunities > 0
    or won_beside_retained.other_opportunities > 0
order by
    won_beside_retained.won_csm desc nulls last,
    won_beside_retained.expansion_arr desc nulls last,
    won_beside_retained.unit_id nulls last

-- NRR of one window beside the expansion won in it, one row.
-- Params: as_of, since and until date, the rules of the retention policy.
-- Uses: visible_accounts, won_beside_retained.
-- Rests on: accounts.
select
    sum(opening_arr) as opening_arr,
    sum(net_retained_arr) as net_retained_arr,
    sum(expansion_arr) as expansion_arr,
    sum(csm_opportunities) as csm_opportunities,
    sum(other_opportunities) as other_opportunities,
    sum(without_amount) as without_amount,
    sum(won_csm) as won_csm,
    sum(won_other) as won_other,
    sum(csm_found) as csm_found,
    sum(other_found) as other_found,
    sum(csm_not_found) as csm_not_found,
    sum(other_not_found) as other_not_found,
    sum(without_opportunity) as without_opportunity,
    cast(sum(net_retained_arr) as double precision)
    / nullif(cast(sum(opening_arr) as double precision), 0) as nrr,
    cast(sum(net_retained_arr) - sum(csm_found) as double precision)
    / nullif(cast(sum(opening_arr) as double precision), 0) as nrr_without
from won_beside_retained
having count(*) > 0

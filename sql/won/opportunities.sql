-- Expansion won, one row per opportunity, the latest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: won_opportunities.
select
    won_opportunities.opportunity_id,
    won_opportunities.account_id,
    won_opportunities.account_name,
    won_opportunities.segment,
    team_members.name as csm_name,
    won_opportunities.kind,
    products.product_name,
    won_opportunities.source,
    won_opportunities.sourced_by,
    won_opportunities.quarter,
    won_opportunities.created_on,
    won_opportunities.closed_on,
    won_opportunities.days,
    won_opportunities.amount
from won_opportunities
left join team_members
    on won_opportunities.csm_id = team_members.member_id
left join products
    on won_opportunities.product_id = products.product_id
order by won_opportunities.closed_on desc nulls last, won_opportunities.opportunity_id

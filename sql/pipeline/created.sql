-- Opportunities behind the months they were opened in, one row per opportunity, the latest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: opportunities_as_of.
-- Rests on: opportunities.
select
    opportunities_as_of.opportunity_id,
    opportunities_as_of.account_id,
    opportunities_as_of.account_name,
    opportunities_as_of.segment,
    team_members.name as csm_name,
    opportunities_as_of.kind,
    products.product_name,
    opportunities_as_of.source,
    opportunities_as_of.stage,
    opportunities_as_of.outcome,
    cast(date_trunc('month', opportunities_as_of.created_on) as date) as month,
    opportunities_as_of.created_on,
    opportunities_as_of.closed_on,
    opportunities_as_of.amount
from opportunities_as_of
left join team_members
    on opportunities_as_of.csm_id = team_members.member_id
left join products
    on opportunities_as_of.product_id = products.product_id
where
    (cast(:since as date) is null or opportunities_as_of.created_on >= :since)
    and (cast(:until as date) is null or opportunities_as_of.created_on < :until)
order by
    opportunities_as_of.created_on desc nulls last,
    opportunities_as_of.opportunity_id

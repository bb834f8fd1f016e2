-- Customers placed by outcomes and experience, one row per customer, the largest ARR first.
-- Params: as_of date, quadrant varchar: null for all, most integer: at the most; customers counts all.
-- Uses: quadrant_places.
with

ranked as (

    select
        account_id,
        account_name,
        segment,
        csm_id,
        quadrant,
        outcomes,
        experience,
        overall_score,
        health_band,
        arr,
        count(*) over () as customers,
        row_number() over (order by arr desc nulls last, account_id) as position
    from quadrant_places
    where cast(:quadrant as varchar) is null or quadrant = :quadrant

)

select
    ranked.account_id,
    ranked.account_name,
    ranked.segment,
    team_members.name as csm_name,
    ranked.quadrant,
    ranked.outcomes,
    ranked.experience,
    ranked.overall_score,
    ranked.health_band,
    ranked.arr,
    ranked.customers
from ranked
left join team_members
    on ranked.csm_id = team_members.member_id
where ranked.position <= :most
order by ranked.position

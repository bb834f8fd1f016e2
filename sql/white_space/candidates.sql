-- What customers do not own yet, one row per customer and product, the highest expected value first.
-- Params: as_of date, most integer: how many at the most; pairs counts them all, since date,
-- until date (exclusive), stage_weights varchar.
-- Uses: white_space_placed.
with

ranked as (

    select
        account_id,
        account_name,
        segment,
        csm_id,
        product_id,
        propensity,
        potential_arr,
        in_pipeline,
        net_potential,
        expected_value,
        quadrant,
        count(*) over () as pairs,
        row_number() over (
            order by
                expected_value desc nulls last,
                net_potential desc nulls last,
                account_id,
                product_id
        ) as position
    from white_space_placed

)

select
    ranked.account_id,
    ranked.account_name,
    ranked.segment,
    team_members.name as csm_name,
    ranked.product_id,
    products.product_name,
    ranked.propensity,
    ranked.potential_arr,
    ranked.in_pipeline,
    ranked.net_potential,
    ranked.expected_value,
    ranked.quadrant,
    ranked.pairs
from ranked
left join products
    on ranked.product_id = products.product_id
left join team_members
    on ranked.csm_id = team_members.member_id
where ranked.position <= :most
order by ranked.position

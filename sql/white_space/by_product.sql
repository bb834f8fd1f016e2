-- Potential of products that customers do not own, one row per segment and product.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: customers, owned_products, white_space_pairs.
-- Every customer of a segment is one of: owner of the product, estimated, or not estimated.
with

segments as (

    select
        segment,
        count(*) as customers
    from customers
    group by segment

),

catalogue as (

    select product_id
    from products

    union distinct

    select product_id
    from white_space_pairs

),

owners as (

    select
        customers.segment,
        owned_products.product_id,
        count(*) as owners
    from owned_products
    inner join customers
        on owned_products.account_id = customers.account_id
    group by customers.segment, owned_products.product_id

),

potentials as (

    select
        segment,
        product_id,
        sum(case when is_owned then 1 else 0 end) as owned_already,
        sum(case when is_owned then 0 else 1 end) as estimated,
        sum(case when not is_owned and potential_arr is null then 1 else 0 end) as without_potential,
        sum(case when not is_owned and net_potential > 0 then 1 else 0 end) as candidates,
        sum(case when is_owned then 0 else coalesce(potential_arr, 0) end) as potential_arr,
        sum(case when is_owned then 0 else coalesce(in_pipeline, 0) end) as in_pipeline,
        sum(case when is_owned then 0 else coalesce(net_potential, 0) end) as net_potential,
        sum(case when is_owned then 0 else coalesce(expected_value, 0) end) as expected_value
    from white_space_pairs
    group by segment, product_id

)

select
    segments.segment,
    catalogue.product_id,
    products.product_name,
    segments.customers,
    coalesce(owners.owners, 0) as owners,
    coalesce(potentials.estimated, 0) as estimated,
    segments.customers - coalesce(owners.owners, 0) - coalesce(potentials.estimated, 0) as not_estimated,
    coalesce(potentials.owned_already, 0) as owned_already,
    coalesce(potentials.without_potential, 0) as without_potential,
    coalesce(potentials.candidates, 0) as candidates,
    coalesce(potentials.potential_arr, 0) as potential_arr,
    coalesce(potentials.in_pipeline, 0) as in_pipeline,
    coalesce(potentials.net_potential, 0) as net_potential,
    coalesce(potentials.expected_value, 0) as expected_value
from segments
cross join catalogue
left join products
    on catalogue.product_id = products.product_id
left join owners
    on
        segments.segment = owners.segment
        and catalogue.product_id = owners.product_id
left join potentials
    on
        segments.segment = potentials.segment
        and catalogue.product_id = potentials.product_id
order by catalogue.product_id, segments.segment

-- What customers do not own yet, placed by propensity and net potential, one row per customer and product.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: white_space_pairs.
-- The middles are the medians of those that have both, and stand in the upper half themselves.
with

middles as (

    select
        percentile_cont(0.5) within group (
            order by cast(propensity as double precision)
        ) as middle_propensity,
        percentile_cont(0.5) within group (
            order by cast(net_potential as double precision)
        ) as middle_potential
    from white_space_pairs
    where not is_owned and net_potential > 0 and propensity is not null

)

select
    white_space_pairs.account_id,
    white_space_pairs.account_name,
    white_space_pairs.segment,
    white_space_pairs.csm_id,
    white_space_pairs.product_id,
    white_space_pairs.propensity,
    white_space_pairs.potential_arr,
    white_space_pairs.in_pipeline,
    white_space_pairs.net_potential,
    white_space_pairs.expected_value,
    middles.middle_propensity,
    middles.middle_potential,
    case
        when white_space_pairs.potential_arr is null then 'no potential'
        when white_space_pairs.net_potential <= 0 then 'nothing left'
        when white_space_pairs.propensity is null then 'no propensity'
        when
            white_space_pairs.propensity >= middles.middle_propensity
            and cast(white_space_pairs.net_potential as double precision) >= middles.middle_potential
            then 'likely and large'
        when white_space_pairs.propensity >= middles.middle_propensity then 'likely and small'
        when
            cast(white_space_pairs.net_potential as double precision) >= middles.middle_potential
            then 'unlikely and large'
        else 'unlikely and small'
    end as quadrant
from white_space_pairs
cross join middles
where not white_space_pairs.is_owned

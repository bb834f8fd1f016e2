-- Customers and products not owned by propensity and net potential, one row per quadrant.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: white_space_placed.
select
    quadrant,
    count(*) as pairs,
    count(distinct account_id) as accounts,
    sum(coalesce(potential_arr, 0)) as potential_arr,
    sum(coalesce(in_pipeline, 0)) as in_pipeline,
    sum(coalesce(net_potential, 0)) as net_potential,
    sum(coalesce(expected_value, 0)) as expected_value,
    max(middle_propensity) as middle_propensity,
    max(middle_potential) as middle_potential
from white_space_placed
group by quadrant
order by quadrant

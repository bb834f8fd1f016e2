-- Customers by outcomes and experience, one row per quadrant; who lacks one of the two is not placed.
-- Params: as_of date, the health policy.
-- Uses: quadrant_places.
select
    quadrant,
    count(*) as accounts,
    sum(arr) as arr,
    avg(cast(outcomes as double)) as average_outcomes,
    avg(cast(experience as double)) as average_experience
from quadrant_places
group by quadrant
order by quadrant

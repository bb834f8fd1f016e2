-- Weeks in which health was measured, one row per week; state_on is the last day measured in it.
with

days as (

    select distinct measured_on
    from health_scores

)

select
    cast(date_trunc('week', measured_on) as date) as week_on,
    max(measured_on) as state_on
from days
group by cast(date_trunc('week', measured_on) as date)

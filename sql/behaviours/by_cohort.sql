-- Early behaviours and what followed, one row per behaviour and calendar year of becoming a customer.
-- Params: as_of date, behaviour_days integer, expansion_days integer.
-- Uses: behaviour_landmarks.
-- Rests on: usage_events.
with

behaviours as (

    select distinct usage_events.behaviour
    from usage_events
    inner join behaviour_landmarks
        on usage_events.account_id = behaviour_landmarks.account_id
    where usage_events.first_done_on <= :as_of

),

pairs as (

    select
        behaviours.behaviour,
        behaviour_landmarks.cohort_on,
        behaviour_landmarks.is_renewed,
        behaviour_landmarks.has_expanded,
        case
            when usage_events.first_done_on - behaviour_landmarks.customer_since <= :behaviour_days then 1
            else 0
        end as is_early,
        case when behaviour_landmarks.renewal_state = 'counted' then 1 else 0 end as for_renewal,
        case when behaviour_landmarks.expansion_state = 'counted' then 1 else 0 end as for_expansion
    from behaviour_landmarks
    cross join behaviours
    left join usage_events
        on
            behaviour_landmarks.account_id = usage_events.account_id
            and behaviours.behaviour = usage_events.behaviour
    where behaviour_landmarks.state = 'looked at'

)

select
    behaviour,
    cohort_on,
    sum(for_renewal * is_early) as renewal_early,
    sum(for_renewal * is_early * is_renewed) as renewal_early_renewed,
    sum(for_renewal * (1 - is_early)) as renewal_rest,
    sum(for_renewal * (1 - is_early) * is_renewed) as renewal_rest_renewed,
    sum(for_expansion * is_early) as expansion_early,
    sum(for_expansion * is_early * has_expanded) as expansion_early_expanded,
    sum(for_expansion * (1 - is_early)) as expansion_rest,
    sum(for_expansion * (1 - is_early) * has_expanded) as expansion_rest_expanded
from pairs
group by behaviour, cohort_on
order by behaviour, cohort_on

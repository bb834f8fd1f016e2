-- Who is looked at for key behaviours and who is not, one row per calendar year of becoming a customer.
-- Params: as_of date, behaviour_days integer, expansion_days integer.
-- Uses: behaviour_landmarks.
-- Rests on: usage_events.
with

seen as (

    select account_id
    from usage_events
    where first_done_on <= :as_of
    group by account_id

),

flagged as (

    select
        behaviour_landmarks.cohort_on,
        behaviour_landmarks.state,
        behaviour_landmarks.renewal_state,
        behaviour_landmarks.expansion_state,
        case when behaviour_landmarks.state = 'looked at' then 1 else 0 end as is_looked_at,
        case when seen.account_id is null then 1 else 0 end as is_silent
    from behaviour_landmarks
    left join seen
        on behaviour_landmarks.account_id = seen.account_id

)

select
    cohort_on,
    count(*) as accounts,
    sum(case when state = 'too young' then 1 else 0 end) as too_young,
    sum(case when state = 'left before' then 1 else 0 end) as left_before,
    sum(is_looked_at * is_silent) as without_behaviour,
    sum(case when renewal_state = 'counted' then is_looked_at else 0 end) as renewal_counted,
    sum(case when renewal_state = 'not decided' then is_looked_at else 0 end) as renewal_not_decided,
    sum(case when renewal_state = 'due before' then is_looked_at else 0 end) as renewal_due_before,
    sum(case when renewal_state = 'no renewal' then is_looked_at else 0 end) as without_renewal,
    sum(case when expansion_state = 'counted' then is_looked_at else 0 end) as expansion_counted,
    sum(case when expansion_state = 'too young' then is_looked_at else 0 end) as expansion_too_young
from flagged
group by cohort_on
order by cohort_on

-- Accounts looked at for one behaviour and what followed, one row per account, the latest customer first.
-- Params: as_of date, behaviour varchar, behaviour_days integer, expansion_days integer.
-- Uses: behaviour_landmarks.
-- Rests on: usage_events.
select
    behaviour_landmarks.account_id,
    behaviour_landmarks.account_name,
    behaviour_landmarks.segment,
    behaviour_landmarks.customer_since,
    behaviour_landmarks.cohort_on,
    usage_events.first_done_on,
    usage_events.first_done_on - behaviour_landmarks.customer_since as days_to_behaviour,
    coalesce(
        usage_events.first_done_on - behaviour_landmarks.customer_since <= :behaviour_days, false
    ) as is_early,
    case
        when behaviour_landmarks.renewal_state <> 'counted' then behaviour_landmarks.renewal_state
        when behaviour_landmarks.is_renewed = 1 then 'renewed'
        else 'churned'
    end as first_renewal,
    case
        when behaviour_landmarks.expansion_state <> 'counted' then behaviour_landmarks.expansion_state
        when behaviour_landmarks.has_expanded = 1 then 'expanded'
        else 'not expanded'
    end as expansion
from behaviour_landmarks
left join usage_events
    on
        behaviour_landmarks.account_id = usage_events.account_id
        and usage_events.behaviour = :behaviour
        and usage_events.first_done_on <= :as_of
where behaviour_landmarks.state = 'looked at'
order by behaviour_landmarks.customer_since desc nulls last, behaviour_landmarks.account_id

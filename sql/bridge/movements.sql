-- Movements of ARR as they were booked, one row per movement.
-- Params: as_of date, known_on date, since date (exclusive), until date (inclusive).
-- Uses: booked_movements.
select
    movement_id,
    account_id,
    account_name,
    segment,
    csm_name,
    effective_on,
    recorded_at,
    days_late,
    movement,
    reason,
    product_name,
    amount,
    booked_amount,
    currency
from booked_movements
where
    effective_on <= :as_of
    and cast(recorded_at as date) <= :known_on
    and (cast(:since as date) is null or effective_on > :since)
    and (cast(:until as date) is null or effective_on <= :until)
order by effective_on desc nulls last, movement_id

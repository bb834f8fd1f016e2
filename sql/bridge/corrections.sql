-- Movements booked after the window that took effect by its last day, one row per movement.
-- Params: as_of date, since date (exclusive), until date (inclusive).
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
    amount
from booked_movements
where
    effective_on <= coalesce(cast(:until as date), :as_of)
    and cast(recorded_at as date) > coalesce(cast(:until as date), :as_of)
    and (cast(:since as date) is null or effective_on > :since)
order by abs(amount) desc nulls last, movement_id

-- Churn and contraction of the window, one row per unit of the policy's level and day.
-- Uses: unit_movements.
-- The amounts are those of the movements, above zero.
select
    unit_id,
    account_id,
    effective_on as lost_on,
    movement,
    -amount as arr_lost
from unit_movements
where movement in ('churn', 'contraction')

-- Movements that took effect by the as-of date and were booked only later, one row per movement.
-- Params: as_of date, known_on date.
-- Uses: visible_accounts.
select
    arr_movements.account_id,
    arr_movements.product_id,
    coalesce(arr_movements.currency, visible_accounts.currency, :reporting_currency) as currency,
    arr_movements.effective_on,
    arr_movements.amount,
    case
        when lower(arr_movements.reason) = 'price' and arr_movements.amount > 0 then arr_movements.amount
        else 0
    end as price,
    case when lower(arr_movements.reason) = 'fx' then arr_movements.amount else 0 end as fx
from arr_movements
inner join visible_accounts
    on arr_movements.account_id = visible_accounts.account_id
where
    arr_movements.effective_on <= :as_of
    and cast(arr_movements.recorded_at as date) > :known_on

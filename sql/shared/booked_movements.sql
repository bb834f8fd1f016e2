-- Movements of ARR as they were booked, in the reporting currency, one row per movement.
-- Params: as_of date, reporting_currency varchar.
-- Uses: visible_accounts, rates.
-- Rests on: arr_movements.
select
    arr_movements.movement_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    csms.name as csm_name,
    arr_movements.effective_on,
    arr_movements.recorded_at,
    cast(arr_movements.recorded_at as date) - arr_movements.effective_on as days_late,
    arr_movements.movement,
    arr_movements.reason,
    products.product_name,
    cast(round(arr_movements.amount * rates.rate, 2) as decimal(38, 2)) as amount,
    arr_movements.amount as booked_amount,
    coalesce(arr_movements.currency, visible_accounts.currency, :reporting_currency) as currency
from arr_movements
inner join visible_accounts
    on arr_movements.account_id = visible_accounts.account_id
left join products
    on arr_movements.product_id = products.product_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
left join rates
    on coalesce(arr_movements.currency, visible_accounts.currency, :reporting_currency) = rates.currency

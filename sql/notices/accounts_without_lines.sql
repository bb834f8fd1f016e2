-- Accounts that never had a contract line or a movement of ARR, one row.
-- Params: none.
-- Rests on: subscriptions, arr_movements.
select
    count(*) as noticed_rows,
    count(*) as accounts,
    cast(null as decimal(38, 2)) as arr
from accounts
left join subscriptions
    on accounts.account_id = subscriptions.account_id
left join arr_movements
    on accounts.account_id = arr_movements.account_id
where subscriptions.account_id is null and arr_movements.account_id is null

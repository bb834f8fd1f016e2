-- Accounts that never had a contract line or a movement of ARR, one row.
-- Params: none.
-- Rests on: subscriptions, arr_movements.
select
    count(*) as noticed_rows,
    count(*) as accounts,
    cast(null as decimal(38, 2)) as arr
from accounts
where
    not exists (
        select 1 from subscriptions
        where subscriptions.account_id = accounts.account_id
    )
    and not exists (
        select 1 from arr_movements
        where arr_movements.account_id = accounts.account_id
    )

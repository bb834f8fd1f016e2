-- Contract lines without ARR, one row: trials, which make nobody a customer.
-- Params: none.
-- Rests on: subscriptions.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(arr) as decimal(38, 2)) as arr
from subscriptions
where arr = 0

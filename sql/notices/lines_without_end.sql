-- Contract lines with ARR that never end, one row.
-- Params: none.
-- Rests on: subscriptions.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(arr) as decimal(38, 2)) as arr
from subscriptions
where ends_on is null and arr <> 0

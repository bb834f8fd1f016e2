-- Contract lines that end on the day they start or before it, one row.
-- Params: none.
-- Rests on: subscriptions.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(arr) as decimal(38, 2)) as arr
from subscriptions
where ends_on <= starts_on

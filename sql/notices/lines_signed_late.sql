-- Contract lines signed after the day they start, one row: an earlier report did not hold them.
-- Params: none.
-- Rests on: subscriptions.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(arr) as decimal(38, 2)) as arr
from subscriptions
where signed_on > starts_on

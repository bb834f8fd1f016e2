-- Movements booked on a later day than they take effect, one row: an earlier report did not hold them.
-- Params: none.
-- Rests on: arr_movements.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(amount) as decimal(38, 2)) as arr
from arr_movements
where cast(recorded_at as date) > effective_on

-- Movements by which a customer came back after leaving, one row.
-- Params: none.
-- Rests on: arr_movements.
select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(amount) as decimal(38, 2)) as arr
from arr_movements
where movement = 'reactivation'

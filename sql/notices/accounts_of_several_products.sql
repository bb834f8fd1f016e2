-- Live contract lines of accounts that pay for more than one product on the as-of date, one row.
-- Params: as_of date.
-- Rests on: subscriptions.
with

live as (

    select
        account_id,
        product_id,
        arr
    from subscriptions
    where
        arr > 0
        and starts_on <= cast(:as_of as date)
        and (ends_on is null or ends_on > cast(:as_of as date))

),

several as (

    select account_id
    from live
    group by account_id
    having count(distinct product_id) > 1

)

select
    count(*) as noticed_rows,
    count(distinct live.account_id) as accounts,
    cast(sum(live.arr) as decimal(38, 2)) as arr
from live
inner join several
    on live.account_id = several.account_id

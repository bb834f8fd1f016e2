-- Contract lines that start while an earlier one of the same account, product and currency is live, one row.
-- Params: reporting_currency varchar.
-- Rests on: subscriptions.
with

lines as (

    select
        subscriptions.account_id,
        subscriptions.arr,
        subscriptions.starts_on,
        max(coalesce(subscriptions.ends_on, date '9999-12-31')) over (
            partition by
                subscriptions.account_id,
                subscriptions.product_id,
                coalesce(subscriptions.currency, accounts.currency, :reporting_currency)
            order by subscriptions.starts_on, subscriptions.subscription_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_ends_on
    from subscriptions
    inner join accounts
        on subscriptions.account_id = accounts.account_id
    where
        subscriptions.arr <> 0
        and (subscriptions.ends_on is null or subscriptions.starts_on < subscriptions.ends_on)

)

select
    count(*) as noticed_rows,
    count(distinct account_id) as accounts,
    cast(sum(arr) as decimal(38, 2)) as arr
from lines
where starts_on < earlier_ends_on

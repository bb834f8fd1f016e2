-- Changes of ARR as they happen on contract lines, one row per account, product, currency and day.
-- Params: reporting_currency varchar.
-- From subscriptions where there are any, else from movements. How much of a day's change was a price rise or
-- an exchange rate is known from the reason of its movements alone.
with

lines as (

    select
        account_id,
        product_id,
        currency,
        starts_on as changed_on,
        arr as change,
        1 as lines_change
    from subscriptions
    where ends_on is null or starts_on < ends_on

    union all

    select
        account_id,
        product_id,
        currency,
        ends_on as changed_on,
        -arr as change,
        -1 as lines_change
    from subscriptions
    where starts_on < ends_on

    union all

    select
        account_id,
        product_id,
        currency,
        effective_on as changed_on,
        amount as change,
        0 as lines_change
    from arr_movements
    where not exists (select 1 from subscriptions)

),

events as (

    select
        account_id,
        product_id,
        currency,
        changed_on,
        change,
        lines_change,
        cast(0 as decimal(18, 2)) as price_change,
        cast(0 as decimal(18, 2)) as fx_change
    from lines

    union all

    select
        account_id,
        product_id,
        currency,
        effective_on as changed_on,
        cast(0 as decimal(18, 2)) as change,
        0 as lines_change,
        case when lower(reason) = 'price' and amount > 0 then amount else 0 end as price_change,
        case when lower(reason) = 'fx' then amount else 0 end as fx_change
    from arr_movements
    where (lower(reason) = 'price' and amount > 0) or lower(reason) = 'fx'

)

select
    events.account_id,
    events.product_id,
    coalesce(events.currency, accounts.currency, :reporting_currency) as currency,
    events.changed_on,
    cast(sum(events.change) as decimal(18, 2)) as change,
    cast(sum(events.price_change) as decimal(18, 2)) as price_change,
    cast(sum(events.fx_change) as decimal(18, 2)) as fx_change,
    cast(sum(events.lines_change) as integer) as lines_change
from events
inner join accounts
    on events.account_id = accounts.account_id
group by
    events.account_id,
    events.product_id,
    coalesce(events.currency, accounts.currency, :reporting_currency),
    events.changed_on

-- Lines that a company without any would have had, one row per account, product, currency and step of ARR.
-- Params: reporting_currency varchar.
-- Rests on: arr_movements.
-- The rule: from one movement to the next the running ARR is one line. A product has lines of its own where
-- the movements of none of the account's products ever run below zero; else the account's lines name no
-- product. Terms, seats, notice and signatures are not known from movements and stay empty.
with

booked as (

    select
        arr_movements.account_id,
        arr_movements.product_id,
        coalesce(arr_movements.currency, accounts.currency, :reporting_currency) as currency,
        arr_movements.effective_on,
        sum(arr_movements.amount) as change
    from arr_movements
    inner join accounts
        on arr_movements.account_id = accounts.account_id
    group by
        arr_movements.account_id,
        arr_movements.product_id,
        coalesce(arr_movements.currency, accounts.currency, :reporting_currency),
        arr_movements.effective_on

),

by_product as (

    select
        account_id,
        sum(change) over (
            partition by account_id, product_id, currency
            order by effective_on
            rows between unbounded preceding and current row
        ) as arr
    from booked

),

beyond as (

    select account_id
    from by_product
    where arr < 0
    group by account_id

),

changes as (

    select
        booked.account_id,
        case when beyond.account_id is null then booked.product_id end as product_id,
        booked.currency,
        booked.effective_on,
        sum(booked.change) as change
    from booked
    left join beyond
        on booked.account_id = beyond.account_id
    group by
        booked.account_id,
        case when beyond.account_id is null then booked.product_id end,
        booked.currency,
        booked.effective_on

),

steps as (

    select
        account_id,
        product_id,
        currency,
        effective_on as starts_on,
        lead(effective_on) over (
            partition by account_id, product_id, currency
            order by effective_on
        ) as ends_on,
        sum(change) over (
            partition by account_id, product_id, currency
            order by effective_on
            rows between unbounded preceding and current row
        ) as arr
    from changes

)

select
    account_id || ' ' || coalesce(product_id, '') || ' ' || cast(starts_on as varchar)
    || ' ' || currency as subscription_id,
    account_id,
    product_id,
    cast(null as date) as signed_on,
    starts_on,
    ends_on,
    cast(arr as decimal(18, 2)) as arr,
    currency,
    cast(null as integer) as licensed_seats,
    cast(null as integer) as term_months,
    cast(null as boolean) as auto_renew,
    cast(null as integer) as notice_days,
    cast(null as double) as uplift_share
from steps
where arr <> 0
order by account_id, product_id, currency, starts_on

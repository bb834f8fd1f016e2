-- ARR of each account before and after a day with movements, one row per account and day.
-- Params: as_of date, reporting_currency varchar.
-- Uses: rates.
-- Rests on: arr_movements.
-- Movements of one day count together. An account with movements in several currencies is summed at the
-- rates of the as-of date; with one currency no rate is needed. Movements of nothing do not count.
with

booked as (

    select
        arr_movements.movement_id,
        arr_movements.account_id,
        arr_movements.effective_on,
        arr_movements.movement,
        arr_movements.amount,
        coalesce(arr_movements.currency, accounts.currency, :reporting_currency) as currency,
        row_number() over (
            partition by arr_movements.account_id, arr_movements.effective_on
            order by arr_movements.recorded_at, arr_movements.movement_id
        ) as place,
        row_number() over (
            partition by arr_movements.account_id, arr_movements.effective_on
            order by
                arr_movements.recorded_at desc nulls last,
                arr_movements.movement_id desc nulls last
        ) as place_from_end
    from arr_movements
    left join accounts
        on arr_movements.account_id = accounts.account_id
    where arr_movements.amount <> 0

),

currencies as (

    select
        account_id,
        count(distinct currency) as currencies
    from booked
    group by account_id

),

days as (

    select
        booked.account_id,
        booked.effective_on,
        sum(
            booked.amount * case when currencies.currencies = 1 then 1 else coalesce(rates.rate, 1) end
        ) as change,
        count_if(booked.movement = 'new') as new_movements,
        count_if(booked.movement = 'reactivation') as reactivations,
        count_if(booked.movement = 'churn') as churns,
        max(case when booked.place = 1 then booked.movement_id end) as first_movement_id,
        max(case when booked.place = 1 then booked.movement end) as first_movement,
        max(case when booked.place = 1 then booked.amount end) as first_amount,
        max(case when booked.place_from_end = 1 then booked.movement_id end) as last_movement_id,
        max(case when booked.place_from_end = 1 then booked.movement end) as last_movement,
        max(case when booked.place_from_end = 1 then booked.amount end) as last_amount
    from booked
    inner join currencies
        on booked.account_id = currencies.account_id
    left join rates
        on booked.currency = rates.currency and booked.currency <> :reporting_currency
    group by booked.account_id, booked.effective_on

),

running as (

    select
        account_id,
        effective_on,
        change,
        new_movements,
        reactivations,
        churns,
        first_movement_id,
        first_movement,
        first_amount,
        last_movement_id,
        last_movement,
        last_amount,
        sum(change) over (
            partition by account_id
            order by effective_on
            rows between unbounded preceding and current row
        ) as closing_arr,
        row_number() over (partition by account_id order by effective_on) as day_number
    from days

)

select
    account_id,
    effective_on,
    day_number,
    closing_arr - change as opening_arr,
    closing_arr,
    coalesce(
        max(closing_arr) over (
            partition by account_id
            order by effective_on
            rows between unbounded preceding and 1 preceding
        ),
        0
    ) as highest_arr_before,
    new_movements,
    reactivations,
    churns,
    first_movement_id,
    first_movement,
    first_amount,
    last_movement_id,
    last_movement,
    last_amount
from running

-- Rows in a currency that has no exchange rate on or before their day, one row per row of a table.
-- Params: as_of date, reporting_currency varchar.
-- A row without a currency is in its account's; one without a day is judged on the as-of date.
with

first_rates as (

    select
        currency,
        min(valid_on) as first_on
    from fx_rates
    group by currency

),

uses as (

    select
        'accounts' as table_name,
        account_id as row_key,
        account_id,
        currency,
        customer_since as used_on,
        null as arr
    from accounts
    where currency is not null

    union all

    select
        'subscriptions' as table_name,
        subscription_id as row_key,
        account_id,
        currency,
        starts_on as used_on,
        arr
    from subscriptions

    union all

    select
        'arr_movements' as table_name,
        movement_id as row_key,
        account_id,
        currency,
        effective_on as used_on,
        amount as arr
    from arr_movements

    union all

    select
        'renewals' as table_name,
        renewal_id as row_key,
        account_id,
        currency,
        due_on as used_on,
        arr_due as arr
    from renewals

    union all

    select
        'opportunities' as table_name,
        opportunity_id as row_key,
        account_id,
        currency,
        coalesce(created_on, expected_close_on, :as_of) as used_on,
        amount as arr
    from opportunities

    union all

    select
        'advocacy_events' as table_name,
        event_id as row_key,
        account_id,
        currency,
        happened_on as used_on,
        influenced_arr as arr
    from advocacy_events

    union all

    select
        'product_fit' as table_name,
        account_id || ' | ' || product_id as row_key,
        account_id,
        currency,
        :as_of as used_on,
        potential_arr as arr
    from product_fit

),

known as (

    select
        uses.table_name,
        uses.row_key,
        uses.account_id,
        coalesce(uses.currency, accounts.currency, :reporting_currency) as currency,
        uses.used_on,
        uses.arr
    from uses
    left join accounts
        on uses.account_id = accounts.account_id

)

select
    known.table_name,
    known.row_key,
    known.account_id,
    'currency' as column_name,
    'currency_without_rate' as rule,
    known.currency || ' on ' || cast(known.used_on as varchar) as value,
    cast(known.arr as decimal(18, 2)) as arr
from known
left join first_rates
    on known.currency = first_rates.currency
where
    known.currency <> :reporting_currency
    and (first_rates.first_on is null or first_rates.first_on > known.used_on)
order by known.table_name, known.row_key

-- Amounts in a currency without a rate on the as-of date, one row per table and currency; no sum holds them.
-- Params: as_of date, reporting_currency varchar.
-- Uses: visible_accounts, visible_opportunities, rates.
with

amounts as (

    select
        'subscriptions' as table_name,
        arr_spans.currency,
        arr_spans.arr as amount
    from arr_spans
    inner join visible_accounts
        on arr_spans.account_id = visible_accounts.account_id
    where
        arr_spans.starts_on <= :as_of
        and (arr_spans.ends_on is null or arr_spans.ends_on > :as_of)
        and arr_spans.arr <> 0

    union all

    select
        'renewals' as table_name,
        coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) as currency,
        renewals.arr_due as amount
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id

    union all

    select
        'opportunities' as table_name,
        visible_opportunities.currency,
        visible_opportunities.amount
    from visible_opportunities
    where visible_opportunities.amount is not null

)

select
    amounts.table_name,
    amounts.currency,
    count(*) as amounts,
    sum(amounts.amount) as amount
from amounts
left join rates
    on amounts.currency = rates.currency
where rates.currency is null
group by amounts.table_name, amounts.currency
order by amounts.table_name, amounts.currency

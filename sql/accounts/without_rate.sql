-- Amounts in a currency without a rate on the as-of date, one row per table and currency; no sum holds them.
-- Params: as_of date, reporting_currency varchar.
-- Uses: visible_accounts, rates.
-- An opportunity without an account is seen by whoever sees every account and by its CSM.
with

amounts as (

    select
        'subscriptions' as table_name,
        arr_spans.account_id,
        cast(null as varchar) as csm_id,
        arr_spans.currency,
        arr_spans.arr as amount
    from arr_spans
    where
        arr_spans.starts_on <= :as_of
        and (arr_spans.ends_on is null or arr_spans.ends_on > :as_of)
        and arr_spans.arr <> 0

    union all

    select
        'renewals' as table_name,
        renewals.account_id,
        cast(null as varchar) as csm_id,
        renewals.currency,
        renewals.arr_due as amount
    from renewals

    union all

    select
        'opportunities' as table_name,
        opportunities.account_id,
        opportunities.csm_id,
        opportunities.currency,
        opportunities.amount
    from opportunities
    where opportunities.amount is not null

)

select
    amounts.table_name,
    coalesce(amounts.currency, visible_accounts.currency) as currency,
    count(*) as amounts,
    sum(amounts.amount) as amount
from amounts
left join visible_accounts
    on amounts.account_id = visible_accounts.account_id
left join rates
    on coalesce(amounts.currency, visible_accounts.currency, :reporting_currency) = rates.currency
where
    rates.currency is null
    and (
        visible_accounts.account_id is not null
        or (
            amounts.account_id is null
            and (:all_accounts or amounts.csm_id in :member_ids)
            and (:all_csms or coalesce(amounts.csm_id, 'unassigned') in :csm_ids)
            and :all_segments
            and :all_regions
        )
    )
group by amounts.table_name, coalesce(amounts.currency, visible_accounts.currency)
order by amounts.table_name, currency

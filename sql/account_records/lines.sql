-- Contract lines of one account known by the as-of date, one row per line, those that are live first.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts, rates.
-- Rests on: subscriptions.
select
    subscriptions.subscription_id,
    coalesce(products.product_name, subscriptions.product_id) as product_name,
    subscriptions.starts_on,
    subscriptions.ends_on,
    subscriptions.starts_on <= cast(:as_of as date)
    and (subscriptions.ends_on is null or subscriptions.ends_on > cast(:as_of as date)) as is_live,
    cast(round(subscriptions.arr * rates.rate, 2) as decimal(38, 2)) as arr,
    coalesce(subscriptions.currency, visible_accounts.currency, :reporting_currency) as currency,
    subscriptions.arr as billed_arr,
    subscriptions.licensed_seats,
    subscriptions.term_months,
    subscriptions.auto_renew,
    subscriptions.notice_days
from subscriptions
inner join visible_accounts
    on subscriptions.account_id = visible_accounts.account_id
left join products
    on subscriptions.product_id = products.product_id
left join rates
    on
        coalesce(subscriptions.currency, visible_accounts.currency, :reporting_currency)
        = rates.currency
where
    subscriptions.account_id = :account_id
    and coalesce(subscriptions.signed_on, subscriptions.starts_on) <= :as_of
order by
    case
        when
            subscriptions.starts_on <= :as_of
            and (subscriptions.ends_on is null or subscriptions.ends_on > :as_of)
            then 0
        else 1
    end,
    subscriptions.starts_on desc nulls last,
    subscriptions.subscription_id

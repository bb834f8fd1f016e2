-- Products that customers own on the as-of date, one row per customer and product.
-- Params: as_of date.
-- Uses: customers.
-- Rests on: subscriptions.
-- Owned is what a live line with ARR pays for; a trial, which pays nothing, is no product owned.
select
    customers.account_id,
    subscriptions.product_id
from subscriptions
inner join customers
    on subscriptions.account_id = customers.account_id
where
    subscriptions.product_id is not null
    and subscriptions.arr > 0
    and subscriptions.starts_on <= :as_of
    and (subscriptions.ends_on is null or subscriptions.ends_on > :as_of)
group by customers.account_id, subscriptions.product_id

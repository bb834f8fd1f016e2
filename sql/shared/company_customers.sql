-- Customers of the whole company on the as-of date, one row per account; only for what all are measured by.
-- Params: as_of date.
-- Uses: account_arr.
-- Without the viewer's scope and filters: a segment's median is the same for whoever looks at whatever part.
-- Nothing but medians of several customers may leave it. Who is a customer is as in customers.sql.
select
    accounts.account_id,
    account_spans.segment,
    account_arr.arr
from accounts
inner join account_spans
    on
        accounts.account_id = account_spans.account_id
        and account_spans.valid_from_on <= :as_of
        and account_spans.valid_to_on > :as_of
left join account_arr
    on accounts.account_id = account_arr.account_id
where
    account_arr.arr > 0
    or (account_arr.account_id is not null and account_arr.arr is null)
    or (
        account_arr.account_id is null
        and (accounts.churned_on is null or accounts.churned_on > :as_of)
    )

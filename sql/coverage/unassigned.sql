-- Customers that nobody looks after, one row per customer, the largest first.
-- Params: as_of date, due_until date (exclusive): end of the renewals counted ahead.
-- Uses: held_accounts.
select
    account_id,
    account_name,
    segment,
    region,
    csm_name,
    holder,
    lifecycle_stage,
    health_band,
    arr,
    renewals_due,
    arr_due,
    next_renewal_on
from held_accounts
where is_customer and holder <> 'held'
order by arr desc nulls last, account_id

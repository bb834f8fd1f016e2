-- Accounts with who holds them and what they weigh in a book, one row per account, the largest first.
-- Params: as_of date, due_until date (exclusive): end of the renewals counted ahead.
-- Uses: held_accounts.
select
    account_id,
    account_name,
    segment,
    region,
    csm_id,
    csm_name,
    holder,
    is_customer,
    lifecycle_stage,
    health_band,
    arr,
    renewals_due,
    arr_due,
    next_renewal_on
from held_accounts
order by arr desc nulls last, account_id

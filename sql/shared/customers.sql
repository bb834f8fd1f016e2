-- Visible accounts that are customers on the as-of date, one row per account.
-- Params: as_of date.
-- Uses: visible_accounts, account_arr.
-- A customer has ARR; where no ARR was loaded at all, a customer is who has not churned. An account whose
-- ARR has no exchange rate stays a customer with an unknown ARR.
select
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    visible_accounts.csm_id,
    visible_accounts.lifecycle_stage,
    account_arr.arr
from visible_accounts
left join account_arr
    on visible_accounts.account_id = account_arr.account_id
where
    account_arr.arr > 0
    or (account_arr.account_id is not null and account_arr.arr is null)
    or (
        account_arr.account_id is null
        and (visible_accounts.churned_on is null or visible_accounts.churned_on > :as_of)
    )

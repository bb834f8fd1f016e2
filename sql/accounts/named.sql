-- Names of accounts by their ids, one row per account that the viewer may see.
-- Params: account_ids list.
-- Uses: visible_accounts.
select
    account_id,
    account_name
from visible_accounts
where account_id in :account_ids
order by account_id

-- Accounts behind each loss, one row per unit, day and account.
-- Params: level varchar.
-- Uses: visible_accounts, loss_days.
-- A parent has several; else it is the one account.
select
    loss_days.unit_id,
    loss_days.lost_on,
    loss_days.account_id
from loss_days
where :level <> 'parent'

union all

select
    loss_days.unit_id,
    loss_days.lost_on,
    visible_accounts.account_id
from loss_days
inner join account_roots
    on loss_days.unit_id = account_roots.root_id
inner join visible_accounts
    on account_roots.account_id = visible_accounts.account_id
where :level = 'parent'

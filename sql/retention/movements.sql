-- Movements of ARR behind the months, one row per customer and day its ARR changed on.
-- Params: as_of date, since date, until date (exclusive), level varchar, fx_rule varchar.
-- Uses: visible_accounts, unit_movements.
-- Rests on: accounts.
select
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    csms.name as csm_name,
    unit_movements.effective_on,
    unit_movements.movement,
    unit_movements.amount
from unit_movements
inner join visible_accounts
    on unit_movements.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
order by unit_movements.effective_on, visible_accounts.account_id, unit_movements.unit_id

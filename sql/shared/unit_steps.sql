-- ARR of every unit of the policy's level as a step function, one row per unit and step.
-- Params: level varchar, logo_level varchar.
-- Uses: visible_accounts, derived_accounts, unit_changes, steps_of_changes.
-- Short form: recorded_steps.
-- Accounts come from the derived table, but for those with movements that were not booked yet and those in
-- several currencies.
select
    'account' as level,
    arr_steps.account_id as unit_id,
    arr_steps.account_id,
    arr_steps.currency,
    arr_steps.starts_on,
    arr_steps.ends_on,
    arr_steps.movement,
    arr_steps.change,
    arr_steps.arr,
    arr_steps.lines,
    arr_steps.new_total,
    arr_steps.reactivation_total,
    arr_steps.expansion_total,
    arr_steps.price_total,
    arr_steps.fx_total,
    arr_steps.contraction_total,
    arr_steps.churn_total,
    arr_steps.returns
from arr_steps
inner join visible_accounts
    on arr_steps.account_id = visible_accounts.account_id
where
    (:level = 'account' or :logo_level = 'account')
    and arr_steps.account_id not in (select derived_accounts.account_id from derived_accounts)

union all

select
    level,
    unit_id,
    account_id,
    currency,
    starts_on,
    ends_on,
    movement,
    change,
    arr,
    lines,
    new_total,
    reactivation_total,
    expansion_total,
    price_total,
    fx_total,
    contraction_total,
    churn_total,
    returns
from steps_of_changes

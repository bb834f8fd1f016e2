-- ARR of every unit of the policy's level as a step function, one row per unit and step.
-- Params: level varchar, logo_level varchar.
-- Uses: recorded_steps, derived_accounts, unit_changes, steps_of_changes.
-- Short form: recorded_steps.
-- Accounts come from the derived table, but for those with movements that were not booked yet and those in
-- several currencies.
select
    recorded_steps.level,
    recorded_steps.unit_id,
    recorded_steps.account_id,
    recorded_steps.currency,
    recorded_steps.starts_on,
    recorded_steps.ends_on,
    recorded_steps.movement,
    recorded_steps.change,
    recorded_steps.arr,
    recorded_steps.lines,
    recorded_steps.new_total,
    recorded_steps.reactivation_total,
    recorded_steps.expansion_total,
    recorded_steps.price_total,
    recorded_steps.fx_total,
    recorded_steps.contraction_total,
    recorded_steps.churn_total,
    recorded_steps.returns
from recorded_steps
where
    (:level = 'account' or :logo_level = 'account')
    and recorded_steps.account_id not in (select derived_accounts.account_id from derived_accounts)

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

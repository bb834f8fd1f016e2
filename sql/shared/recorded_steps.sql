-- ARR of every account as a step function, one row per account and step.
-- Uses: visible_accounts.
-- Says what unit_steps says where the policy counts accounts alone, no account has several currencies and
-- every movement up to the as-of date was booked by the day known.
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

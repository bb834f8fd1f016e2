-- ARR of each account as a step function with running totals of its movements, one row per account and step.
-- Uses: account_changes as unit_changes, steps_of_changes.
-- Steps of an account in several currencies are at the rates of the day of the load.
select
    account_id,
    currency,
    is_converted,
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
order by account_id, starts_on

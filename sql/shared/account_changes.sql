-- Changes of ARR of every account as a unit of its own, one row per account, product, currency and day.
-- An account that never had any ARR has one change of nothing.
select
    'account' as level,
    account_id as unit_id,
    account_id,
    currency,
    changed_on,
    change,
    price_change,
    fx_change,
    lines_change
from arr_changes

union all

select
    'account' as level,
    account_id as unit_id,
    account_id,
    coalesce(currency, :reporting_currency) as currency,
    date '1900-01-01' as changed_on,
    cast(0 as decimal(18, 2)) as change,
    cast(0 as decimal(18, 2)) as price_change,
    cast(0 as decimal(18, 2)) as fx_change,
    0 as lines_change
from accounts
where account_id not in (select arr_changes.account_id from arr_changes)

-- Changes of ARR of the units whose steps are derived on asking, one row per unit, currency and day or more.
-- Params: as_of date, level varchar, logo_level varchar: account, parent or product.
-- Uses: visible_accounts, unrecorded, derived_accounts.
-- These are parents and products, accounts with movements that were not booked yet on the day known, and
-- accounts in several currencies. What changes after the as-of date is not looked at, so that a currency that
-- comes later does not count. A parent stands under the first by id of its accounts that the viewer may see.
with

known as (

    select
        arr_changes.account_id,
        arr_changes.product_id,
        arr_changes.currency,
        arr_changes.changed_on,
        arr_changes.change,
        arr_changes.price_change,
        arr_changes.fx_change,
        arr_changes.lines_change
    from arr_changes
    inner join visible_accounts
        on arr_changes.account_id = visible_accounts.account_id
    where
        arr_changes.changed_on <= :as_of
        and (
            :level <> 'account'
            or :logo_level <> 'account'
            or arr_changes.account_id in (select derived_accounts.account_id from derived_accounts)
        )

    union all

    select
        account_id,
        product_id,
        currency,
        effective_on as changed_on,
        -amount as change,
        -price as price_change,
        -fx as fx_change,
        0 as lines_change
    from unrecorded

),

parents as (

    select
        account_roots.root_id,
        min(visible_accounts.account_id) as account_id
    from account_roots
    inner join visible_accounts
        on account_roots.account_id = visible_accounts.account_id
    where :level = 'parent' or :logo_level = 'parent'
    group by account_roots.root_id

)

select
    'account' as level,
    known.account_id as unit_id,
    known.account_id,
    known.currency,
    known.changed_on,
    known.change,
    known.price_change,
    known.fx_change,
    known.lines_change
from known
where
    known.account_id in (select derived_accounts.account_id from derived_accounts)
    and (:level = 'account' or :logo_level = 'account')

union all

select
    'parent' as level,
    account_roots.root_id as unit_id,
    parents.account_id,
    known.currency,
    known.changed_on,
    known.change,
    known.price_change,
    known.fx_change,
    known.lines_change
from known
inner join account_roots
    on known.account_id = account_roots.account_id
inner join parents
    on account_roots.root_id = parents.root_id

union all

select
    'product' as level,
    account_id || '/' || coalesce(product_id, '') as unit_id,
    account_id,
    currency,
    changed_on,
    change,
    price_change,
    fx_change,
    lines_change
from known
where :level = 'product'

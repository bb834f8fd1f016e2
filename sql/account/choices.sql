-- Accounts the viewer may open, one row per account, the largest ARR first.
-- Params: as_of date, most integer: how many at the most; accounts counts them all.
-- Uses: visible_accounts, account_arr.
with

ranked as (

    select
        visible_accounts.account_id,
        visible_accounts.account_name,
        visible_accounts.segment,
        account_arr.arr,
        count(*) over () as accounts,
        row_number() over (
            order by account_arr.arr desc nulls last, visible_accounts.account_id
        ) as position
    from visible_accounts
    left join account_arr
        on visible_accounts.account_id = account_arr.account_id

)

select
    account_id,
    account_name,
    segment,
    arr,
    accounts
from ranked
where position <= :most
order by position

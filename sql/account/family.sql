-- Parent and children of one account that the viewer may see, one row per account, the parent first.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts, account_arr, measures_on_as_of as measures, account_health.
with

links as (

    select
        'parent' as relation,
        accounts.account_id as of_account_id,
        accounts.parent_account_id as account_id
    from accounts
    where accounts.account_id = :account_id

    union all

    select
        'child' as relation,
        accounts.parent_account_id as of_account_id,
        accounts.account_id
    from accounts
    where accounts.parent_account_id = :account_id and accounts.account_id <> :account_id

)

select
    links.relation,
    relatives.account_id,
    relatives.account_name,
    relatives.segment,
    account_health.health_band,
    account_health.overall_score,
    account_arr.arr
from links
inner join visible_accounts as relatives
    on links.account_id = relatives.account_id
left join account_health
    on links.account_id = account_health.account_id
left join account_arr
    on links.account_id = account_arr.account_id
where links.of_account_id in (select visible_accounts.account_id from visible_accounts)
order by links.relation desc nulls last, account_arr.arr desc nulls last, relatives.account_id

-- Changes of one account's ARR by the as-of date, one row per day of a change.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts, rates.
-- At the rates of the as-of date, so that no step is a rate's; what nets to nothing on a day is no change.
-- arr is null from the first change in a currency without a rate on.
with

changes as (

    select
        arr_changes.changed_on,
        count(distinct arr_changes.product_id) as products,
        sum(case when rates.rate is null and arr_changes.change <> 0 then 1 else 0 end)
            as without_rate,
        sum(cast(round(arr_changes.change * rates.rate, 2) as decimal(38, 2))) as change
    from arr_changes
    inner join visible_accounts
        on arr_changes.account_id = visible_accounts.account_id
    left join rates
        on arr_changes.currency = rates.currency
    where
        arr_changes.account_id = :account_id
        and arr_changes.changed_on <= :as_of
    group by arr_changes.changed_on

),

summed as (

    select
        changed_on,
        products,
        change,
        without_rate,
        sum(without_rate) over (
            order by changed_on
            rows between unbounded preceding and current row
        ) as without_rate_so_far,
        sum(change) over (
            order by changed_on
            rows between unbounded preceding and current row
        ) as arr
    from changes

)

select
    changed_on,
    products,
    case when without_rate = 0 then cast(change as decimal(38, 2)) end as change,
    case when without_rate_so_far = 0 then cast(arr as decimal(38, 2)) end as arr
from summed
where change <> 0 or without_rate > 0
order by changed_on

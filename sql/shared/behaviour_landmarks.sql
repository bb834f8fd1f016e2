-- Accounts as they stood when the days for early behaviours were over, one row per account.
-- Params: as_of date, behaviour_days integer, expansion_days integer.
-- Uses: visible_accounts.
-- Looked at are those old enough and still customers on that day: what came before it cannot follow from a
-- behaviour, and who had left could not behave. The first renewal is the one due first; before its day nobody
-- counts, for who leaves says so sooner than who stays.
with

first_renewals as (

    select
        account_id,
        due_on,
        case
            when status <> 'open' and coalesce(closed_on, :as_of) <= :as_of then status
            else 'open'
        end as status
    from renewals
    qualify row_number() over (partition by account_id order by due_on, renewal_id) = 1

),

expansions as (

    select
        arr_movements.account_id,
        count(*) as expansions
    from arr_movements
    inner join accounts
        on arr_movements.account_id = accounts.account_id
    where
        arr_movements.movement = 'expansion'
        and arr_movements.effective_on - accounts.customer_since > :behaviour_days
        and arr_movements.effective_on - accounts.customer_since <= :expansion_days
        and arr_movements.effective_on <= :as_of
        and cast(arr_movements.recorded_at as date) <= :as_of
    group by arr_movements.account_id

)

select
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    accounts.customer_since,
    cast(date_trunc('year', accounts.customer_since) as date) as cohort_on,
    case
        when cast(:as_of as date) - accounts.customer_since < :behaviour_days then 'too young'
        when visible_accounts.churned_on - accounts.customer_since <= :behaviour_days then 'left before'
        else 'looked at'
    end as state,
    case
        when first_renewals.account_id is null then 'no renewal'
        when first_renewals.due_on - accounts.customer_since <= :behaviour_days then 'due before'
        when first_renewals.status = 'open' or first_renewals.due_on > :as_of then 'not decided'
        else 'counted'
    end as renewal_state,
    case when first_renewals.status = 'renewed' then 1 else 0 end as is_renewed,
    case
        when cast(:as_of as date) - accounts.customer_since >= :expansion_days then 'counted'
        else 'too young'
    end as expansion_state,
    case when expansions.expansions > 0 then 1 else 0 end as has_expanded
from visible_accounts
inner join accounts
    on visible_accounts.account_id = accounts.account_id
left join first_renewals
    on visible_accounts.account_id = first_renewals.account_id
left join expansions
    on visible_accounts.account_id = expansions.account_id
where accounts.customer_since <= :as_of

-- Accounts whose churn flag and ARR disagree, one row per account, the largest first.
-- Params: as_of date.
-- Uses: visible_accounts, rates, account_arr.
-- Rests on: accounts.
-- Flagged is who has a day of churn by then or stands in the stage of churned customers. Who never had any
-- ARR has not left.
with

standing as (

    select
        visible_accounts.account_id,
        visible_accounts.account_name,
        visible_accounts.segment,
        visible_accounts.csm_id,
        visible_accounts.lifecycle_stage,
        case when visible_accounts.churned_on <= :as_of then visible_accounts.churned_on end
            as churned_on,
        coalesce(visible_accounts.churned_on <= :as_of, false)
        or lower(trim(visible_accounts.lifecycle_stage)) = 'churned' as is_flagged,
        arr_steps.arr > 0 as pays,
        account_arr.arr
    from visible_accounts
    inner join arr_steps
        on
            visible_accounts.account_id = arr_steps.account_id
            and arr_steps.starts_on <= :as_of
            and arr_steps.ends_on > :as_of
    left join account_arr
        on visible_accounts.account_id = account_arr.account_id

),

left_before as (

    select
        arr_steps.account_id,
        arr_steps.starts_on as left_on,
        cast(round((arr_steps.arr - arr_steps.change) * rates.rate, 2) as decimal(38, 2)) as arr_lost
    from arr_steps
    left join rates
        on arr_steps.currency = rates.currency
    where arr_steps.movement = 'churn' and arr_steps.starts_on <= :as_of
    qualify row_number() over (
        partition by arr_steps.account_id
        order by arr_steps.starts_on desc nulls last
    ) = 1

)

select
    standing.account_id,
    standing.account_name,
    standing.segment,
    csms.name as csm_name,
    case when standing.pays then 'flagged, still pays' else 'pays nothing, not flagged' end
        as disagreement,
    standing.churned_on,
    standing.lifecycle_stage,
    case when standing.pays then standing.arr else 0 end as arr,
    left_before.left_on,
    left_before.arr_lost
from standing
left join left_before
    on standing.account_id = left_before.account_id
left join team_members as csms
    on standing.csm_id = csms.member_id
where
    (standing.is_flagged and standing.pays)
    or (not standing.is_flagged and not standing.pays and left_before.left_on is not null)
order by
    disagreement,
    case when standing.pays then standing.arr else left_before.arr_lost end desc nulls last,
    standing.account_id

-- Accounts that are or were customers with their stage on the as-of date, one row per account.
-- Params: as_of date, stage_limits varchar.
-- Uses: customers, stage_names, stage_stays.
-- Who became a customer after the as-of date and has no ARR on it is none of them. A customer is stuck once
-- it has been in its stage for more days than the stage's limit.
with

stood as (

    select
        visible_accounts.account_id,
        visible_accounts.account_name,
        visible_accounts.segment,
        visible_accounts.region,
        visible_accounts.csm_id,
        stage_names.stage,
        stage_names.limit_days,
        stage_stays.entered_on,
        cast(:as_of as date) - stage_stays.entered_on as days_in_stage,
        case when customers.account_id is null then 0 else 1 end as is_customer,
        case when customers.account_id is null then 0 else customers.arr end as arr
    from visible_accounts
    inner join accounts
        on visible_accounts.account_id = accounts.account_id
    inner join stage_names
        on coalesce(visible_accounts.lifecycle_stage, '') = stage_names.word
    left join customers
        on visible_accounts.account_id = customers.account_id
    left join stage_stays
        on
            visible_accounts.account_id = stage_stays.account_id
            and stage_names.stage = stage_stays.stage
            and stage_stays.left_on is null
    where
        customers.account_id is not null
        or accounts.customer_since <= :as_of

)

select
    account_id,
    account_name,
    segment,
    region,
    csm_id,
    stage,
    limit_days,
    entered_on,
    days_in_stage,
    is_customer,
    arr,
    case
        when limit_days is null then 'no limit'
        when days_in_stage is null then 'entry not known'
        when days_in_stage > limit_days then 'stuck'
        else 'within its limit'
    end as reading
from stood

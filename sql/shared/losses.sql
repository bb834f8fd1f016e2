-- Churn and contraction with what is known of them, one row per unit of the policy's level and day.
-- Params: as_of date, known_on date, level varchar.
-- Uses: visible_accounts, loss_days, lost_accounts.
-- Who left has the reason of the renewal lost that day, due or closed on it, else of the churn event of that
-- day; who pays less that of the largest movement booked for it. Segment, region and CSM are those of the
-- day before. Tenure counts from the first day as a customer, by the account or by its ARR, the earlier.
with

said as (

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        'churn' as movement,
        nullif(trim(renewals.churn_reason), '') as reason,
        renewals.churn_controllable as is_controllable,
        1 as place,
        renewals.arr_due as amount,
        renewals.renewal_id as source_id
    from lost_accounts
    inner join renewals
        on
            lost_accounts.account_id = renewals.account_id
            and (lost_accounts.lost_on = renewals.due_on or lost_accounts.lost_on = renewals.closed_on)
    where renewals.status = 'churned' and coalesce(renewals.closed_on, :as_of) <= :as_of

    union all

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        'churn' as movement,
        nullif(trim(churn_events.reason), '') as reason,
        churn_events.controllable as is_controllable,
        2 as place,
        0 as amount,
        churn_events.event_id as source_id
    from lost_accounts
    inner join churn_events
        on
            lost_accounts.account_id = churn_events.account_id
            and lost_accounts.lost_on = churn_events.churned_on

    union all

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        'contraction' as movement,
        nullif(trim(arr_movements.reason), '') as reason,
        cast(null as boolean) as is_controllable,
        3 as place,
        -arr_movements.amount as amount,
        arr_movements.movement_id as source_id
    from lost_accounts
    inner join arr_movements
        on
            lost_accounts.account_id = arr_movements.account_id
            and lost_accounts.lost_on = arr_movements.effective_on
    where
        arr_movements.amount < 0
        and cast(arr_movements.recorded_at as date) <= :known_on
        and (
            :level <> 'product'
            or lost_accounts.unit_id
            = arr_movements.account_id || '/' || coalesce(arr_movements.product_id, '')
        )

),

reasons as (

    select
        unit_id,
        lost_on,
        movement,
        reason
    from said
    where reason is not null
    qualify row_number() over (
        partition by unit_id, lost_on, movement
        order by place, amount desc nulls last, source_id
    ) = 1

),

controls as (

    select
        unit_id,
        lost_on,
        movement,
        is_controllable
    from said
    where is_controllable is not null
    qualify row_number() over (
        partition by unit_id, lost_on, movement
        order by place, amount desc nulls last, source_id
    ) = 1

),

first_days as (

    select
        loss_days.unit_id,
        loss_days.lost_on,
        min(
            case
                when arr_steps.starts_on < accounts.customer_since then arr_steps.starts_on
                else accounts.customer_since
            end
        ) as customer_since
    from loss_days
    inner join lost_accounts
        on loss_days.unit_id = lost_accounts.unit_id and loss_days.lost_on = lost_accounts.lost_on
    inner join accounts
        on lost_accounts.account_id = accounts.account_id
    left join arr_steps
        on lost_accounts.account_id = arr_steps.account_id and arr_steps.movement = 'new'
    group by loss_days.unit_id, loss_days.lost_on

)

select
    loss_days.unit_id,
    loss_days.account_id,
    visible_accounts.account_name,
    loss_days.lost_on,
    loss_days.movement,
    loss_days.arr_lost,
    coalesce(reasons.reason, 'no reason given') as reason,
    case
        when controls.is_controllable then 'controllable'
        when not controls.is_controllable then 'not controllable'
        else 'unknown'
    end as control,
    account_spans.segment,
    account_spans.region,
    account_spans.csm_id,
    accounts.industry,
    loss_days.lost_on - first_days.customer_since as tenure_days,
    case
        when loss_days.lost_on < cast(first_days.customer_since + interval '1 year' as date)
            then 'under 1 year'
        when loss_days.lost_on < cast(first_days.customer_since + interval '2 year' as date)
            then '1 to 2 years'
        when loss_days.lost_on < cast(first_days.customer_since + interval '3 year' as date)
            then '2 to 3 years'
        when loss_days.lost_on < cast(first_days.customer_since + interval '5 year' as date)
            then '3 to 5 years'
        else '5 years and more'
    end as tenure
from loss_days
inner join visible_accounts
    on loss_days.account_id = visible_accounts.account_id
inner join accounts
    on loss_days.account_id = accounts.account_id
inner join account_spans
    on
        loss_days.account_id = account_spans.account_id
        and loss_days.lost_on > account_spans.valid_from_on
        and loss_days.lost_on <= account_spans.valid_to_on
inner join first_days
    on loss_days.unit_id = first_days.unit_id and loss_days.lost_on = first_days.lost_on
left join reasons
    on
        loss_days.unit_id = reasons.unit_id
        and loss_days.lost_on = reasons.lost_on
        and loss_days.movement = reasons.movement
left join controls
    on
        loss_days.unit_id = controls.unit_id
        and loss_days.lost_on = controls.lost_on
        and loss_days.movement = controls.movement

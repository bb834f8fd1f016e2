-- Objectives of visible accounts with their progress, one row per objective.
-- Params: as_of date, validated_within_days integer, due_within_days integer.
-- Uses: visible_accounts, customers.
-- Rests on: objectives.
-- Objectives carry no history: status and values are as loaded. What was confirmed after the as-of date is
-- not known on it. Progress is the way from baseline to goal, whichever of the two is higher; none where
-- they are equal or a value is missing. An average counts it from none to all of the way.
with

as_loaded as (

    select
        objective_id,
        account_id,
        goal,
        kind,
        baseline_value,
        goal_value,
        current_value,
        due_on,
        case lower(replace(replace(trim(status), '-', '_'), ' ', '_'))
            when 'on_track' then 'on track'
            when 'at_risk' then 'at risk'
            when 'attained' then 'attained'
            when 'missed' then 'missed'
            else coalesce('unmapped: ' || status, 'no status')
        end as status,
        last_validated_on,
        (current_value - baseline_value) / nullif(goal_value - baseline_value, 0) as progress
    from objectives

),

measured as (

    select
        objective_id,
        account_id,
        goal,
        kind,
        baseline_value,
        goal_value,
        current_value,
        due_on,
        status,
        last_validated_on,
        -- Of values that are no numbers the way is none either.
        case when abs(progress) < 1e15 then progress end as progress
    from as_loaded

)

select
    measured.objective_id,
    measured.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    visible_accounts.csm_id,
    customers.arr,
    case when customers.account_id is null then 'no customer' else 'customer' end as holder,
    measured.goal,
    coalesce(measured.kind, 'no kind') as kind,
    measured.status,
    measured.baseline_value,
    measured.goal_value,
    measured.current_value,
    measured.progress,
    case
        when measured.progress < 0 then 0
        when measured.progress > 1 then 1
        else measured.progress
    end as counted_progress,
    case
        when measured.progress is null then 'not measured'
        when measured.progress < 0 then 'below the baseline'
        when measured.progress < 0.25 then '0 to 25%'
        when measured.progress < 0.5 then '25 to 50%'
        when measured.progress < 0.75 then '50 to 75%'
        when measured.progress < 1 then '75 to 100%'
        when measured.progress = 1 then 'at the goal'
        else 'beyond the goal'
    end as band,
    measured.due_on,
    measured.due_on - cast(:as_of as date) as days_to_due,
    case
        when measured.status in ('attained', 'missed') then 'closed'
        when measured.due_on is null then 'no date'
        when measured.due_on < :as_of then 'overdue'
        when measured.due_on - cast(:as_of as date) <= :due_within_days then 'due soon'
        else 'later'
    end as due,
    case when measured.last_validated_on <= :as_of then measured.last_validated_on end
        as last_validated_on,
    case
        when measured.last_validated_on <= :as_of
            then cast(:as_of as date) - measured.last_validated_on
    end as days_since_validated,
    case
        when measured.status in ('attained', 'missed') then 'closed'
        when measured.last_validated_on is null then 'never validated'
        when measured.last_validated_on > :as_of then 'not known'
        when cast(:as_of as date) - measured.last_validated_on > :validated_within_days
            then 'validated too long ago'
        else 'validated'
    end as validation
from measured
inner join visible_accounts
    on measured.account_id = visible_accounts.account_id
left join customers
    on measured.account_id = customers.account_id

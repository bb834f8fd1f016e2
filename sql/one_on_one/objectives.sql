-- Open objectives that the customer has not confirmed lately, one row per objective, the longest ago first.
-- Params: as_of date, validated_within_days integer.
-- Uses: customers.
-- Rests on: objectives.
-- Open is what is neither attained nor missed, by the status of the load: its history is not known. A
-- confirmation after the as-of date has not happened yet.
with

open_ones as (

    select
        objectives.objective_id,
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.arr,
        objectives.goal,
        objectives.status,
        objectives.due_on,
        case
            when objectives.last_validated_on <= :as_of then objectives.last_validated_on
        end as last_validated_on
    from objectives
    inner join customers
        on objectives.account_id = customers.account_id
    where
        objectives.status is null
        or lower(trim(objectives.status)) not in ('attained', 'missed')

)

select
    objective_id,
    account_id,
    account_name,
    segment,
    arr,
    goal,
    status,
    due_on,
    last_validated_on,
    cast(:as_of as date) - last_validated_on as days_since_validated
from open_ones
where
    last_validated_on is null
    or cast(:as_of as date) - last_validated_on > :validated_within_days
order by last_validated_on nulls first, arr desc nulls last, objective_id

-- The trigger ROI, one row per customer: objectives that are on track or attained.
-- Params: as_of date, objectives_well list.
-- Uses: customers.
-- Objectives carry no history: their status is today's on every as-of date.
with

named as (

    select
        objectives.account_id,
        count(*) as objectives,
        sum(
            case
                when
                    lower(replace(replace(trim(objectives.status), ' ', '_'), '-', '_'))
                    in :objectives_well
                    then 1
                else 0
            end
        ) as well,
        max(
            case when objectives.last_validated_on <= :as_of then objectives.last_validated_on end
        ) as validated_on
    from objectives
    inner join customers
        on objectives.account_id = customers.account_id
    group by objectives.account_id

)

select
    customers.account_id,
    'ROI' as category,
    case when named.account_id is null then 'no objective named' end as not_judged,
    named.well = 0 as is_met,
    cast(named.well as double precision) as observed,
    cast(1 as double precision) as threshold,
    named.validated_on as observed_on,
    cast(null as date) as since_on,
    cast(cast(named.well as integer) as varchar) || ' of '
    || cast(named.objectives as varchar) || ' objectives going well' as what
from customers
left join named
    on customers.account_id = named.account_id

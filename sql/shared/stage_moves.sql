-- Customers and expansion opportunities that moved to another stage, one row per move or opportunity.
-- Params: as_of date, compared_on date, stage_limits varchar.
-- Uses: customers, stage_stays, opportunities_as_of.
-- A customer's move has the day on which the stage was entered. Of an opportunity the stages before the first
-- and after the last change after compared_on are compared, whatever became of it.
with

entered as (

    select
        account_id,
        stage,
        entered_on,
        lag(stage) over (
            partition by account_id
            order by stay
        ) as stage_before
    from stage_stays

),

changed_stages as (

    select
        opportunity_id,
        changed_at,
        old_value,
        new_value,
        row_number() over (partition by opportunity_id order by changed_at, old_value) as place,
        row_number() over (
            partition by opportunity_id
            order by changed_at desc nulls last, old_value desc nulls last
        ) as place_from_end
    from opportunity_history
    where
        field = 'stage'
        and cast(changed_at as date) > :compared_on
        and cast(changed_at as date) <= :as_of

),

moved_opportunities as (

    select
        opportunity_id,
        cast(max(changed_at) as date) as changed_on,
        max(case when place = 1 then old_value end) as stage_before,
        max(case when place_from_end = 1 then new_value end) as stage_now
    from changed_stages
    group by opportunity_id

)

select
    'customer stage' as kind,
    entered.account_id,
    cast(null as varchar) as csm_id,
    entered.entered_on as changed_on,
    customers.arr,
    entered.stage_before as before,
    entered.stage as after,
    cast(null as varchar) as detail,
    cast(null as varchar) as source_id
from entered
inner join customers
    on entered.account_id = customers.account_id
where entered.stage_before is not null

union all

select
    'opportunity stage' as kind,
    opportunities_as_of.account_id,
    opportunities_as_of.csm_id,
    moved_opportunities.changed_on,
    case
        when opportunities_as_of.outcome = 'lost' then -opportunities_as_of.amount
        else opportunities_as_of.amount
    end as arr,
    moved_opportunities.stage_before as before,
    moved_opportunities.stage_now as after,
    opportunities_as_of.kind as detail,
    opportunities_as_of.opportunity_id as source_id
from opportunities_as_of
inner join moved_opportunities
    on opportunities_as_of.opportunity_id = moved_opportunities.opportunity_id
where moved_opportunities.stage_before is distinct from moved_opportunities.stage_now

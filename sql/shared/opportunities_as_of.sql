-- Opportunities opened by the as-of date as they stood on it, one row per opportunity.
-- Params: as_of date.
-- Uses: visible_opportunities as opportunities_ever, rates, later_changes.
-- Changes recorded after the as-of date are undone; what closed since was open, and has an unknown stage
-- where no history of it was kept. Closed without a word on the outcome is closed, of unknown outcome.
with

standing as (

    select
        opportunities_ever.opportunity_id,
        opportunities_ever.account_id,
        opportunities_ever.account_name,
        opportunities_ever.segment,
        opportunities_ever.csm_id,
        opportunities_ever.kind,
        opportunities_ever.product_id,
        coalesce(opportunities_ever.source, 'unknown') as source,
        opportunities_ever.created_on,
        opportunities_ever.closed_on as closed_ever_on,
        opportunities_ever.currency,
        case
            when opportunities_ever.closed_on > :as_of then 'open'
            when opportunities_ever.won then 'won'
            when not opportunities_ever.won then 'lost'
            when opportunities_ever.closed_on is not null then 'unknown'
            else 'open'
        end as outcome,
        case
            when later_changes.stage_changed = 1 then later_changes.stage
            when opportunities_ever.closed_on is null or opportunities_ever.closed_on <= :as_of
                then opportunities_ever.stage
        end as stage,
        case
            when later_changes.category_changed = 1 then later_changes.forecast_category
            else opportunities_ever.forecast_category
        end as forecast_category,
        case
            when later_changes.amount_changed = 1 then later_changes.amount
            else opportunities_ever.amount
        end as amount
    from opportunities_ever
    left join later_changes
        on opportunities_ever.opportunity_id = later_changes.opportunity_id
    where opportunities_ever.created_on is null or opportunities_ever.created_on <= :as_of

)

select
    standing.opportunity_id,
    standing.account_id,
    standing.account_name,
    standing.segment,
    standing.csm_id,
    standing.kind,
    standing.product_id,
    standing.source,
    standing.created_on,
    case when standing.outcome <> 'open' then standing.closed_ever_on end as closed_on,
    standing.outcome,
    standing.stage,
    standing.forecast_category,
    cast(round(standing.amount * rates.rate, 2) as decimal(38, 2)) as amount
from standing
left join rates
    on standing.currency = rates.currency

-- Opportunities open on the as-of date as they were then, one row per opportunity.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: visible_opportunities as opportunities_now, rates, later_changes.
-- Rests on: opportunities.
-- Changes recorded after the as-of date are undone; what closed since and has no history of its stage
-- has an unknown one, and no probability, for today's would know the outcome. The weight is
-- the opportunity's own probability, else that of its stage.
with

then_open as (

    select
        opportunities_now.opportunity_id,
        opportunities_now.account_id,
        opportunities_now.account_name,
        opportunities_now.segment,
        opportunities_now.csm_id,
        opportunities_now.kind,
        opportunities_now.product_id,
        opportunities_now.source,
        opportunities_now.created_on,
        case
            when opportunities_now.closed_on is null then opportunities_now.probability
        end as probability,
        opportunities_now.currency,
        case
            when later_changes.stage_changed = 1 then later_changes.stage
            when opportunities_now.closed_on is null then opportunities_now.stage
        end as stage,
        case
            when later_changes.category_changed = 1
                then later_changes.forecast_category
            else opportunities_now.forecast_category
        end as forecast_category,
        case
            when later_changes.amount_changed = 1 then later_changes.amount else opportunities_now.amount
        end as amount,
        case
            when later_changes.close_changed = 1
                then later_changes.expected_close_on
            else opportunities_now.expected_close_on
        end as expected_close_on
    from opportunities_now
    left join later_changes
        on opportunities_now.opportunity_id = later_changes.opportunity_id
    where
        (opportunities_now.created_on is null or opportunities_now.created_on <= :as_of)
        and (
            (opportunities_now.closed_on is null and opportunities_now.won is null)
            or opportunities_now.closed_on > :as_of
        )

)

select
    then_open.opportunity_id,
    then_open.account_id,
    then_open.account_name,
    then_open.segment,
    then_open.csm_id,
    then_open.kind,
    then_open.product_id,
    then_open.source,
    then_open.stage,
    then_open.forecast_category,
    then_open.created_on,
    then_open.expected_close_on,
    cast(date_trunc('month', then_open.expected_close_on) as date) as month,
    cast(round(then_open.amount * rates.rate, 2) as decimal(38, 2)) as amount,
    coalesce(
        cast(then_open.probability as decimal(28, 6)),
        try_cast(
            split_part(
                split_part(
                    :stage_weights,
                    '|' || lower(trim(replace(replace(then_open.stage, '_', ' '), '-', ' '))) || '=',
                    2
                ),
                '|',
                1
            ) as decimal(28, 6)
        )
    ) as weight
from then_open
left join rates
    on then_open.currency = rates.currency
where
    (cast(:since as date) is null or then_open.expected_close_on >= :since)
    and (cast(:until as date) is null or then_open.expected_close_on < :until)

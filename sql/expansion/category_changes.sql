-- Changes of forecast category, one row per change, the latest first.
-- Params: as_of date, changed_since date: first day counted.
-- Uses: visible_opportunities, rates, later_changes.
-- Rests on: opportunities, opportunity_history.
-- Amount and expected close are those of the as-of date.
select
    opportunity_history.opportunity_id,
    visible_opportunities.account_id,
    visible_opportunities.account_name,
    visible_opportunities.segment,
    cast(
        round(
            case
                when later_changes.amount_changed = 1 then later_changes.amount
                else visible_opportunities.amount
            end * rates.rate,
            2
        ) as decimal(38, 2)
    ) as amount,
    case
        when later_changes.close_changed = 1
            then later_changes.expected_close_on
        else visible_opportunities.expected_close_on
    end as expected_close_on,
    opportunity_history.changed_at,
    opportunity_history.old_value as category_before,
    opportunity_history.new_value as category_after
from opportunity_history
inner join visible_opportunities
    on opportunity_history.opportunity_id = visible_opportunities.opportunity_id
left join later_changes
    on visible_opportunities.opportunity_id = later_changes.opportunity_id
left join rates
    on visible_opportunities.currency = rates.currency
where
    opportunity_history.field = 'forecast_category'
    and cast(opportunity_history.changed_at as date) >= :changed_since
    and cast(opportunity_history.changed_at as date) <= :as_of
order by opportunity_history.changed_at desc nulls last, opportunity_history.opportunity_id

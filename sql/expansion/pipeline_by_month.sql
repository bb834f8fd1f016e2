-- Open expansion by the month it is expected to close in, one row per month and forecast category.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: open_opportunities.
select
    month,
    forecast_category,
    count(*) as opportunities,
    sum(coalesce(amount, 0)) as amount,
    sum(coalesce(cast(round(amount * weight, 2) as decimal(38, 2)), 0)) as weighted_amount,
    sum(case when amount is null then 1 else 0 end) as without_amount
from open_opportunities
group by month, forecast_category
order by month nulls last, forecast_category

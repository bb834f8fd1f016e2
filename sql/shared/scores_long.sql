-- Scores of customers on the as-of date, one row per customer and measure that has a score.
-- Params: as_of date, the health policy.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
with

named as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.region,
        customers.csm_id,
        customers.arr,
        names.measure,
        case names.measure
            when 'deployment' then measures.deployment
            when 'engagement' then measures.engagement
            when 'adoption' then measures.adoption
            when 'roi' then measures.roi
            when 'nps' then measures.nps
            when 'support' then measures.support
            when 'sentiment' then measures.sentiment
            when 'overall' then account_health.overall_score
        end as score,
        case names.measure
            when 'deployment' then measures.deployment_on
            when 'engagement' then measures.engagement_on
            when 'adoption' then measures.adoption_on
            when 'roi' then measures.roi_on
            when 'nps' then measures.nps_on
            when 'support' then measures.support_on
            when 'sentiment' then measures.sentiment_on
            when 'overall' then cast(null as date)
        end as measured_on,
        case names.measure
            when 'deployment' then :deployment_red_below
            when 'engagement' then :engagement_red_below
            when 'adoption' then :adoption_red_below
            when 'roi' then :roi_red_below
            when 'nps' then :nps_red_below
            when 'support' then :support_red_below
            when 'sentiment' then :sentiment_red_below
            when 'overall' then :red_below
        end as red_below
    from customers
    inner join measures
        on customers.account_id = measures.account_id
    inner join account_health
        on customers.account_id = account_health.account_id
    cross join (
        select 'deployment' as measure
        union all
        select 'engagement' as measure
        union all
        select 'adoption' as measure
        union all
        select 'roi' as measure
        union all
        select 'nps' as measure
        union all
        select 'support' as measure
        union all
        select 'sentiment' as measure
        union all
        select 'overall' as measure
    ) as names

)

select
    account_id,
    account_name,
    segment,
    region,
    csm_id,
    arr,
    measure,
    score,
    measured_on,
    score < red_below as is_red
from named
where score is not null

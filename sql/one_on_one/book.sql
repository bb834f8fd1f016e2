-- Health of a book, one row per customer and measure, measured or not, the lowest overall score first.
-- Params: as_of date, the health policy.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
-- A stale measurement counts in no score: it has its day and no score. `overall` is the whole score.
with

names as (

    select
        1 as position,
        'overall' as measure
    union all
    select
        2 as position,
        'deployment' as measure
    union all
    select
        3 as position,
        'engagement' as measure
    union all
    select
        4 as position,
        'adoption' as measure
    union all
    select
        5 as position,
        'roi' as measure
    union all
    select
        6 as position,
        'nps' as measure
    union all
    select
        7 as position,
        'support' as measure
    union all
    select
        8 as position,
        'sentiment' as measure

),

named as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.arr,
        account_health.overall_score,
        names.position,
        names.measure,
        case names.measure
            when 'overall' then account_health.overall_score
            when 'deployment' then measures.deployment
            when 'engagement' then measures.engagement
            when 'adoption' then measures.adoption
            when 'roi' then measures.roi
            when 'nps' then measures.nps
            when 'support' then measures.support
            when 'sentiment' then measures.sentiment
        end as score,
        case names.measure
            when 'deployment' then measures.deployment_on
            when 'engagement' then measures.engagement_on
            when 'adoption' then measures.adoption_on
            when 'roi' then measures.roi_on
            when 'nps' then measures.nps_on
            when 'support' then measures.support_on
            when 'sentiment' then measures.sentiment_on
        end as measured_on,
        case names.measure
            when 'deployment' then :deployment_red_below
            when 'engagement' then :engagement_red_below
            when 'adoption' then :adoption_red_below
            when 'roi' then :roi_red_below
            when 'nps' then :nps_red_below
            when 'support' then :support_red_below
            when 'sentiment' then :sentiment_red_below
            else :red_below
        end as red_limit,
        case names.measure
            when 'deployment' then :deployment_amber_below
            when 'engagement' then :engagement_amber_below
            when 'adoption' then :adoption_amber_below
            when 'roi' then :roi_amber_below
            when 'nps' then :nps_amber_below
            when 'support' then :support_amber_below
            when 'sentiment' then :sentiment_amber_below
            else :amber_below
        end as amber_limit
    from customers
    cross join names
    left join measures
        on customers.account_id = measures.account_id
    left join account_health
        on customers.account_id = account_health.account_id

)

select
    account_id,
    account_name,
    segment,
    measure,
    score,
    case
        when score < red_limit then 'red'
        when score < amber_limit then 'amber'
        when score is not null then 'green'
    end as health_band,
    score is null and measured_on is not null as is_stale,
    measured_on,
    overall_score,
    arr
from named
order by overall_score nulls last, arr desc nulls last, account_id, position

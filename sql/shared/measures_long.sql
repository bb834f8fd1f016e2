-- Every measure of every scorecard on the as-of date, one row per customer and measure, measured or not.
-- Params: as_of date, stale_after_days integer, the scorecards.
-- Uses: customers, measures_on_as_of as measures, scorecard_measures, scorecard_names.
-- `score` is null where it does not count; `state` says whether that is because it is stale or missing.
with

named as (

    select
        customers.account_id,
        customers.arr,
        scorecard_names.position,
        scorecard_names.scorecard,
        scorecard_names.measure,
        scorecard_names.weight,
        case scorecard_names.measure
            when 'deployment' then measures.deployment
            when 'engagement' then measures.engagement
            when 'adoption' then measures.adoption
            when 'roi' then measures.roi
            when 'nps' then measures.nps
            when 'support' then measures.support
            when 'sentiment' then measures.sentiment
            when 'retention' then scorecard_measures.retention
            when 'expansion' then scorecard_measures.expansion
            when 'advocacy' then scorecard_measures.advocacy
            when 'executive' then scorecard_measures.executive
            when 'touches' then scorecard_measures.touches
            when 'survey' then scorecard_measures.survey
            when 'maturity' then scorecard_measures.maturity
            when 'features' then scorecard_measures.features
            when 'objectives' then scorecard_measures.objectives
        end as score,
        case scorecard_names.measure
            when 'deployment' then measures.deployment_on
            when 'engagement' then measures.engagement_on
            when 'adoption' then measures.adoption_on
            when 'roi' then measures.roi_on
            when 'nps' then measures.nps_on
            when 'support' then measures.support_on
            when 'sentiment' then measures.sentiment_on
            when 'features' then scorecard_measures.features_on
            when 'objectives' then scorecard_measures.objectives_on
        end as measured_on
    from customers
    cross join scorecard_names
    left join measures
        on customers.account_id = measures.account_id
    left join scorecard_measures
        on customers.account_id = scorecard_measures.account_id

),

aged as (

    select
        account_id,
        arr,
        position,
        scorecard,
        measure,
        weight,
        measured_on,
        cast(:as_of as date) - measured_on as age_days,
        case
            when measure = 'objectives' and measured_on is null then null
            when
                scorecard = 'maturity'
                and cast(:as_of as date) - measured_on > :card_maturity_stale_after_days
                then null
            else score
        end as score
    from named

)

select
    account_id,
    arr,
    position,
    scorecard,
    measure,
    weight,
    measured_on,
    age_days,
    score,
    case
        when score is not null then 'fresh'
        when measured_on is not null then 'stale'
        else 'missing'
    end as state
from aged

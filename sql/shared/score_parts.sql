-- What makes up each score over a table `measures`, one row per row of it and health measure.
-- Params: the weights of the health policy.
-- A contribution is the weight the measure really has, after those of missing ones went to the others of its
-- group, times its score; contributions sum to the overall score.
with

named as (

    select
        measures.account_id,
        measures.week_on,
        names.position,
        names.measure,
        names.dimension,
        case names.measure
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
            when 'deployment' then cast(:weight_deployment as double)
            when 'engagement' then cast(:weight_engagement as double)
            when 'adoption' then cast(:weight_adoption as double)
            when 'roi' then cast(:weight_roi as double)
            when 'nps' then cast(:weight_nps as double)
            when 'support' then cast(:weight_support as double)
            when 'sentiment' then cast(:weight_sentiment as double)
        end as weight_in_dimension,
        case names.dimension
            when 'outcomes' then cast(:weight_outcomes as double)
            else cast(:weight_experience as double)
        end as dimension_weight
    from measures
    cross join (
        select
            1 as position,
            'deployment' as measure,
            'outcomes' as dimension
        union all
        select
            2 as position,
            'engagement' as measure,
            'outcomes' as dimension
        union all
        select
            3 as position,
            'adoption' as measure,
            'outcomes' as dimension
        union all
        select
            4 as position,
            'roi' as measure,
            'outcomes' as dimension
        union all
        select
            5 as position,
            'nps' as measure,
            'experience' as dimension
        union all
        select
            6 as position,
            'support' as measure,
            'experience' as dimension
        union all
        select
            7 as position,
            'sentiment' as measure,
            'experience' as dimension
    ) as names

),

covered as (

    select
        account_id,
        week_on,
        position,
        measure,
        dimension,
        score,
        measured_on,
        case when score is not null then weight_in_dimension end as weight_in_dimension,
        sum(case when score is not null then weight_in_dimension end) over (
            partition by account_id, week_on, dimension
        ) as weight_covered,
        case
            when
                sum(case when score is not null then weight_in_dimension end) over (
                    partition by account_id, week_on, dimension
                ) > 0
                then dimension_weight
        end as dimension_weight
    from named

),

weighed as (

    select
        account_id,
        week_on,
        position,
        measure,
        dimension,
        score,
        measured_on,
        weight_in_dimension / nullif(weight_covered, 0)
        * dimension_weight
        / nullif(
            max(case when dimension = 'outcomes' then coalesce(dimension_weight, 0) end)
                over (
                    partition by account_id, week_on
                )
            + max(case when dimension = 'experience' then coalesce(dimension_weight, 0) end) over (
                partition by account_id, week_on
            ),
            0
        ) as weight
    from covered

)

select
    account_id,
    week_on,
    position,
    measure,
    dimension,
    score,
    measured_on,
    weight,
    weight * score as contribution,
    case
        when score is not null then 'fresh'
        when measured_on is not null then 'stale'
        else 'missing'
    end as state
from weighed

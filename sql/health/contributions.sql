-- What makes up one account's score, one row per measure, in the order of the policy.
-- Params: as_of date, account_id varchar, the health policy.
-- Uses: visible_accounts, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
-- A contribution is the weight the measure really has, after those of missing ones went to the others of its
-- group, times its score; contributions sum to the overall score.
with

named as (

    select
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
    from visible_accounts
    inner join measures
        on visible_accounts.account_id = measures.account_id
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
    where visible_accounts.account_id = :account_id

),

covered as (

    select
        position,
        measure,
        dimension,
        score,
        measured_on,
        case when score is not null then weight_in_dimension end as weight_in_dimension,
        sum(case when score is not null then weight_in_dimension end) over (
            partition by dimension
        ) as weight_covered,
        case
            when
                sum(case when score is not null then weight_in_dimension end) over (
                    partition by dimension
                ) > 0
                then dimension_weight
        end as dimension_weight
    from named

),

weighed as (

    select
        position,
        measure,
        dimension,
        score,
        measured_on,
        weight_in_dimension / nullif(weight_covered, 0)
        * dimension_weight
        / nullif(
            max(case when dimension = 'outcomes' then coalesce(dimension_weight, 0) end) over ()
            + max(case when dimension = 'experience' then coalesce(dimension_weight, 0) end) over (),
            0
        ) as weight
    from covered

)

select
    weighed.measure,
    weighed.dimension,
    weighed.score,
    weighed.measured_on,
    cast(:as_of as date) - weighed.measured_on as age_days,
    weighed.score is null and weighed.measured_on is not null as is_stale,
    weighed.weight,
    weighed.weight * weighed.score as contribution
from weighed
order by weighed.position

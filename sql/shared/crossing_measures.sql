-- The measure that moved most behind a crossing of health, one row per customer that crossed where one did.
-- Params: as_of date, compared_on date, the health policy.
-- Uses: band_changes, measures_on_as_of as measures.
-- Of the measures that counted on both days and moved the way the band did, the one whose move weighs most by
-- the policy's weights. A band that crossed since a measure came, went, or went stale has none.
with

names as (

    select
        1 as position,
        'deployment' as measure,
        :weight_deployment * :weight_outcomes as weight
    union all
    select
        2 as position,
        'engagement' as measure,
        :weight_engagement * :weight_outcomes as weight
    union all
    select
        3 as position,
        'adoption' as measure,
        :weight_adoption * :weight_outcomes as weight
    union all
    select
        4 as position,
        'roi' as measure,
        :weight_roi * :weight_outcomes as weight
    union all
    select
        5 as position,
        'nps' as measure,
        :weight_nps * :weight_experience as weight
    union all
    select
        6 as position,
        'support' as measure,
        :weight_support * :weight_experience as weight
    union all
    select
        7 as position,
        'sentiment' as measure,
        :weight_sentiment * :weight_experience as weight

),

measures_before as (

    select
        account_id,
        state_on,
        deployment,
        deployment_on,
        engagement,
        engagement_on,
        adoption,
        adoption_on,
        roi,
        roi_on,
        nps,
        nps_on,
        support,
        support_on,
        sentiment,
        sentiment_on
    from account_weeks
    where week_on = (
        select max(weeks.week_on) from weeks
        where weeks.state_on <= :compared_on
    )

),

paired as (

    select
        band_changes.account_id,
        band_changes.band_now,
        names.position,
        names.measure,
        names.weight,
        case names.measure
            when 'deployment' then measures_before.deployment
            when 'engagement' then measures_before.engagement
            when 'adoption' then measures_before.adoption
            when 'roi' then measures_before.roi
            when 'nps' then measures_before.nps
            when 'support' then measures_before.support
            when 'sentiment' then measures_before.sentiment
        end as score_before,
        measures_before.state_on - case names.measure
            when 'deployment' then measures_before.deployment_on
            when 'engagement' then measures_before.engagement_on
            when 'adoption' then measures_before.adoption_on
            when 'roi' then measures_before.roi_on
            when 'nps' then measures_before.nps_on
            when 'support' then measures_before.support_on
            when 'sentiment' then measures_before.sentiment_on
        end as age_before,
        case names.measure
            when 'deployment' then measures.deployment
            when 'engagement' then measures.engagement
            when 'adoption' then measures.adoption
            when 'roi' then measures.roi
            when 'nps' then measures.nps
            when 'support' then measures.support
            when 'sentiment' then measures.sentiment
        end as score_now
    from band_changes
    cross join names
    inner join measures_before
        on band_changes.account_id = measures_before.account_id
    inner join measures
        on band_changes.account_id = measures.account_id

),

moved as (

    select
        account_id,
        measure,
        score_before,
        score_now,
        row_number() over (
            partition by account_id
            order by abs(score_now - score_before) * weight desc nulls last, position
        ) as place
    from paired
    where
        age_before <= :stale_after_days
        and weight > 0
        and (
            (band_now = 'red' and score_now < score_before)
            or (band_now <> 'red' and score_now > score_before)
        )

)

select
    account_id,
    measure,
    score_before,
    score_now
from moved
where place = 1

-- Outcomes, experience, overall score and band over a table `measures`, one row per row of it.
-- Params: the weights and bands of the health policy.
with

weighed as (

    select
        account_id,
        week_on,
        coalesce(deployment * :weight_deployment, 0)
        + coalesce(engagement * :weight_engagement, 0)
        + coalesce(adoption * :weight_adoption, 0)
        + coalesce(roi * :weight_roi, 0)
            as outcomes_points,
        case when deployment is null then 0 else :weight_deployment end
        + case when engagement is null then 0 else :weight_engagement end
        + case when adoption is null then 0 else :weight_adoption end
        + case when roi is null then 0 else :weight_roi end
            as outcomes_covered,
        coalesce(nps * :weight_nps, 0)
        + coalesce(support * :weight_support, 0)
        + coalesce(sentiment * :weight_sentiment, 0)
            as experience_points,
        case when nps is null then 0 else :weight_nps end
        + case when support is null then 0 else :weight_support end
        + case when sentiment is null then 0 else :weight_sentiment end
            as experience_covered
    from measures

),

grouped as (

    select
        account_id,
        week_on,
        outcomes_points / nullif(outcomes_covered, 0) as outcomes,
        experience_points / nullif(experience_covered, 0) as experience,
        case when outcomes_covered > 0 then :weight_outcomes else 0 end as outcomes_weight,
        case when experience_covered > 0 then :weight_experience else 0 end as experience_weight,
        round(
            outcomes_covered * :weight_outcomes + experience_covered * :weight_experience, 9
        ) as coverage
    from weighed

),

scored as (

    select
        account_id,
        week_on,
        outcomes,
        experience,
        coverage,
        case
            when coverage >= :minimum_coverage and coverage > 0
                then round(
                    (
                        coalesce(outcomes * outcomes_weight, 0)
                        + coalesce(experience * experience_weight, 0)
                    ) / nullif(outcomes_weight + experience_weight, 0),
                    6
                )
        end as overall_score
    from grouped

)

select
    account_id,
    week_on,
    outcomes,
    experience,
    coverage,
    overall_score,
    case
        when overall_score < :red_below then 'red'
        when overall_score < :amber_below then 'amber'
        when overall_score is not null then 'green'
    end as health_band
from scored

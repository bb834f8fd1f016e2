-- People in the blocks, one row per person.
-- Params: as_of date, cycle varchar: the latest where null.
-- Uses: talent_ratings.
with

earlier as (

    select
        talent_reviews.member_id,
        case coalesce(talent_reviews.calibrated_promotability, talent_reviews.promotability)
            when 'high' then '1' when 'medium' then '2' else '3'
        end
        || case coalesce(talent_reviews.calibrated_performance, talent_reviews.performance)
            when 'exceeds' then 'A' when 'meets_all' then 'B' else 'C'
        end as block
    from talent_reviews
    inner join talent_ratings
        on
            talent_reviews.member_id = talent_ratings.member_id
            and talent_reviews.cycle < talent_ratings.cycle
    where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of
    qualify row_number() over (
        partition by talent_reviews.member_id
        order by
            talent_reviews.cycle desc nulls last,
            talent_reviews.reviewed_on desc nulls last,
            talent_reviews.reviewer_id
    ) = 1

)

select
    talent_ratings.member_id,
    talent_ratings.name,
    talent_ratings.job_track,
    talent_ratings.job_level,
    reviewers.name as reviewer_name,
    talent_ratings.cycle,
    talent_ratings.performance,
    talent_ratings.promotability,
    talent_ratings.block,
    talent_ratings.block_before_calibration,
    earlier.block as block_last_cycle,
    talent_ratings.action_plan is not null as has_action_plan,
    talent_ratings.reviewed_on
from talent_ratings
left join earlier
    on talent_ratings.member_id = earlier.member_id
left join team_members as reviewers
    on talent_ratings.reviewer_id = reviewers.member_id
order by talent_ratings.block, talent_ratings.name, talent_ratings.member_id

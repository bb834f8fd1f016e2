-- Ratings of the people the viewer may see in one review cycle, one row per person.
-- Params: as_of date, cycle varchar: the latest begun by the as-of date where null.
-- Uses: visible_people.
-- Rests on: talent_reviews.
-- Where a person has several reviewers the latest rating counts. Blocks: the number is promotability, 1 for
-- high to 3 for low; the letter performance, A for exceeds to C for meets some.
with

chosen as (

    select coalesce(cast(:cycle as varchar), max(cycle)) as cycle
    from talent_reviews
    where reviewed_on is null or reviewed_on <= :as_of

),

latest as (

    select
        talent_reviews.member_id,
        talent_reviews.cycle,
        talent_reviews.reviewer_id,
        talent_reviews.performance,
        talent_reviews.promotability,
        coalesce(talent_reviews.calibrated_performance, talent_reviews.performance)
            as performance_now,
        coalesce(talent_reviews.calibrated_promotability, talent_reviews.promotability)
            as promotability_now,
        talent_reviews.action_plan,
        talent_reviews.reviewed_on
    from talent_reviews
    inner join chosen
        on talent_reviews.cycle = chosen.cycle
    where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of
    qualify row_number() over (
        partition by talent_reviews.member_id
        order by talent_reviews.reviewed_on desc nulls last, talent_reviews.reviewer_id
    ) = 1

)

select
    visible_people.member_id,
    visible_people.name,
    visible_people.job_track,
    visible_people.job_level,
    latest.cycle,
    latest.reviewer_id,
    latest.performance_now as performance,
    latest.promotability_now as promotability,
    case latest.promotability_now when 'high' then '1' when 'medium' then '2' else '3' end
    || case latest.performance_now when 'exceeds' then 'A' when 'meets_all' then 'B' else 'C' end
        as block,
    case latest.promotability when 'high' then '1' when 'medium' then '2' else '3' end
    || case latest.performance when 'exceeds' then 'A' when 'meets_all' then 'B' else 'C' end
        as block_before_calibration,
    latest.action_plan,
    latest.reviewed_on
from latest
inner join visible_people
    on latest.member_id = visible_people.member_id

-- Ratings before calibration by who rated, one row per reviewer.
-- Params: as_of date, cycle varchar: the latest where null, minimum_people integer.
-- Uses: visible_people.
-- Rests on: talent_reviews.
-- The group is every rating of a visible person in the cycle, the reviewer's own among them. No mean is told
-- of fewer people than the policy's minimum, be it a reviewer's or the group's.
with

chosen as (

    select max(cycle) as cycle
    from talent_reviews
    where
        (reviewed_on is null or reviewed_on <= :as_of)
        and (cast(:cycle as varchar) is null or cycle = cast(:cycle as varchar))

),

ratings as (

    select
        talent_reviews.cycle,
        talent_reviews.reviewer_id,
        talent_reviews.member_id,
        case talent_reviews.performance when 'exceeds' then 3 when 'meets_all' then 2 else 1 end
            as performance,
        case talent_reviews.promotability when 'high' then 3 when 'medium' then 2 else 1 end
            as promotability
    from talent_reviews
    inner join chosen
        on talent_reviews.cycle = chosen.cycle
    inner join visible_people
        on talent_reviews.member_id = visible_people.member_id
    where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of

),

rated_together as (

    select
        count(distinct member_id) as people,
        avg(cast(performance as double precision)) as performance,
        avg(cast(promotability as double precision)) as promotability
    from ratings

),

by_reviewer as (

    select
        cycle,
        reviewer_id,
        count(distinct member_id) as people,
        avg(cast(performance as double precision)) as performance,
        avg(cast(promotability as double precision)) as promotability
    from ratings
    group by cycle, reviewer_id

),

told as (

    select
        by_reviewer.cycle,
        by_reviewer.reviewer_id,
        by_reviewer.people,
        by_reviewer.people < :minimum_people as is_suppressed,
        case when by_reviewer.people >= :minimum_people then by_reviewer.performance end
            as performance_mean,
        case when rated_together.people >= :minimum_people then rated_together.performance end
            as performance_group,
        case when by_reviewer.people >= :minimum_people then by_reviewer.promotability end
            as promotability_mean,
        case when rated_together.people >= :minimum_people then rated_together.promotability end
            as promotability_group
    from by_reviewer
    cross join rated_together

)

select
    told.reviewer_id,
    team_members.name as reviewer_name,
    told.cycle,
    told.people,
    told.performance_mean,
    told.performance_group,
    told.performance_mean - told.performance_group as performance_apart,
    told.promotability_mean,
    told.promotability_group,
    told.promotability_mean - told.promotability_group as promotability_apart,
    told.is_suppressed
from told
left join team_members
    on told.reviewer_id = team_members.member_id
order by told.people desc nulls last, team_members.name nulls last, told.reviewer_id

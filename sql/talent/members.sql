-- People who work on the as-of date with their level and their last review, one row per person.
-- Params: as_of date, review_within_days integer.
-- Uses: reviewed_people.
-- Rests on: talent_reviews.
-- A review is due so many days after the last one; for who has none, after the first day of work.
with

last_reviews as (

    select
        talent_reviews.member_id,
        max(case when talent_reviews.reviewed_on <= :as_of then talent_reviews.reviewed_on end)
            as last_reviewed_on,
        sum(case when talent_reviews.reviewed_on is null then 1 else 0 end) as undated
    from talent_reviews
    inner join reviewed_people
        on talent_reviews.member_id = reviewed_people.member_id
    where talent_reviews.reviewed_on is null or talent_reviews.reviewed_on <= :as_of
    group by talent_reviews.member_id

),

dated as (

    select
        reviewed_people.member_id,
        reviewed_people.name,
        managers.name as manager_name,
        reviewed_people.job_track,
        reviewed_people.job_level,
        reviewed_people.level_since_on,
        reviewed_people.hired_on,
        last_reviews.last_reviewed_on,
        coalesce(last_reviews.undated, 0) as undated,
        case
            when last_reviews.last_reviewed_on is not null
                then last_reviews.last_reviewed_on + :review_within_days
            when coalesce(last_reviews.undated, 0) = 0
                then reviewed_people.hired_on + :review_within_days
        end as due_on
    from reviewed_people
    left join last_reviews
        on reviewed_people.member_id = last_reviews.member_id
    left join team_members as managers
        on reviewed_people.manager_id = managers.member_id

)

select
    member_id,
    name,
    manager_name,
    job_track,
    job_level,
    level_since_on,
    cast(cast(:as_of as date) - level_since_on as double precision) / 30.4375 as months_in_level,
    last_reviewed_on,
    due_on,
    case when due_on < :as_of then cast(:as_of as date) - due_on end as days_overdue,
    case
        when last_reviewed_on is not null and due_on < :as_of then 'overdue'
        when last_reviewed_on is not null then 'in time'
        when undated > 0 then 'reviewed on an unknown day'
        when due_on >= :as_of then 'hired lately'
        else 'never reviewed'
    end as review_state
from dated
order by due_on nulls first, name, member_id

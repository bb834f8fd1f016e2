-- Skills expected and assessed in one review cycle, one row per skill.
-- Params: as_of date, cycle varchar: the latest where null, minimum_people integer.
-- Uses: reviewed_people, visible_people.
-- Rests on: talent_reviews, skill_assessments.
-- Of people who work on the as-of date. Assessments bear no date: they are known once their cycle has begun.
with

chosen as (

    select max(cycle) as cycle
    from talent_reviews
    where
        (reviewed_on is null or reviewed_on <= :as_of)
        and (cast(:cycle as varchar) is null or cycle = cast(:cycle as varchar))

),

assessed as (

    select
        skill_assessments.cycle,
        skill_assessments.skill,
        reviewed_people.member_id,
        skill_assessments.assessed_level - skill_assessments.expected_level as gap
    from skill_assessments
    inner join chosen
        on skill_assessments.cycle = chosen.cycle
    inner join visible_people
        on skill_assessments.member_id = visible_people.member_id
    left join reviewed_people
        on skill_assessments.member_id = reviewed_people.member_id

),

reached as (

    select count(distinct member_id) as people
    from assessed

),

active as (

    select count(*) as people
    from reviewed_people

),

counted as (

    select
        cycle,
        skill,
        sum(case when member_id is not null and gap is not null then 1 else 0 end) as people,
        sum(case when member_id is not null and gap is null then 1 else 0 end) as incomplete,
        sum(case when member_id is null then 1 else 0 end) as people_gone,
        avg(case when member_id is not null then cast(gap as double precision) end) as mean_gap,
        sum(case when member_id is not null and gap < 0 then 1 else 0 end) as below
    from assessed
    group by cycle, skill

)

select
    counted.skill,
    counted.cycle,
    counted.people,
    case when counted.people >= :minimum_people then counted.mean_gap end as mean_gap,
    case
        when counted.people >= :minimum_people
            then cast(counted.below as double precision) / nullif(counted.people, 0)
    end as below_share,
    counted.people < :minimum_people as is_suppressed,
    counted.incomplete,
    active.people - reached.people as people_missing,
    counted.people_gone
from counted
cross join active
cross join reached
order by counted.skill

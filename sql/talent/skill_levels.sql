-- Skills of visible people as they were loaded, one row per person, cycle and skill.
-- Uses: visible_people.
-- Rests on: skill_assessments.
select
    skill_assessments.member_id,
    visible_people.job_track,
    visible_people.job_level,
    skill_assessments.cycle,
    skill_assessments.skill,
    skill_assessments.expected_level,
    skill_assessments.assessed_level
from skill_assessments
inner join visible_people
    on skill_assessments.member_id = visible_people.member_id
order by skill_assessments.cycle, skill_assessments.member_id, skill_assessments.skill

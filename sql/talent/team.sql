-- People in the viewer's line whom reviews are about, one row per person who works on the as-of date.
-- Params: as_of date.
-- Uses: reviewed_people.
select
    reviewed_people.member_id,
    reviewed_people.name,
    reviewed_people.manager_id,
    managers.name as manager_name,
    reviewed_people.job_track,
    reviewed_people.job_level,
    reviewed_people.level_since_on,
    reviewed_people.hired_on
from reviewed_people
left join team_members as managers
    on reviewed_people.manager_id = managers.member_id
order by reviewed_people.name, reviewed_people.member_id

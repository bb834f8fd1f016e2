-- People in the viewer's line whom reviews are about and who work on the as-of date, one row per person.
-- Params: as_of date.
-- Uses: visible_people.
-- Reviews are about CSMs and their managers. Only the level of today is recorded: who reached it after the
-- as-of date has no known track and level on that day.
select
    visible_people.member_id,
    visible_people.name,
    case
        when visible_people.level_since_on > :as_of then null else visible_people.job_track
    end as job_track,
    case
        when visible_people.level_since_on > :as_of then null else visible_people.job_level
    end as job_level,
    case when visible_people.level_since_on <= :as_of then visible_people.level_since_on end
        as level_since_on,
    visible_people.manager_id,
    team_members.hired_on
from visible_people
inner join team_members
    on visible_people.member_id = team_members.member_id
where
    visible_people.role in ('csm', 'cs_manager')
    and (team_members.hired_on is null or team_members.hired_on <= :as_of)
    and (team_members.left_on is null or team_members.left_on > :as_of)

-- People whose talent ratings the viewer may see, one row per person.
-- Params: all_talent boolean, talent_ids list.
-- Rests on: team_members.
select
    member_id,
    name,
    role,
    job_track,
    job_level,
    level_since_on,
    manager_id,
    segment_focus
from team_members
where :all_talent or member_id in :talent_ids

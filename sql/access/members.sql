-- People and whom they report to, one row per person; decides what a viewer may see.
-- Rests on: team_members.
select
    member_id,
    name,
    email,
    role,
    manager_id,
    touch_model,
    left_on
from team_members
order by member_id

-- Advocacy events, one row per event, the latest first.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: advocacy.
select
    advocacy.event_id,
    advocacy.account_id,
    advocacy.account_name,
    advocacy.segment,
    csms.name as csm_name,
    advocacy.kind,
    advocacy.qualifies_as,
    advocacy.happened_on,
    advocacy.quarter_on,
    advocacy.member_id,
    arrangers.name as arranged_by,
    advocacy.influenced_arr
from advocacy
left join team_members as csms
    on advocacy.csm_id = csms.member_id
left join team_members as arrangers
    on advocacy.member_id = arrangers.member_id
where
    (cast(:since as date) is null or advocacy.happened_on >= :since)
    and (cast(:until as date) is null or advocacy.happened_on < :until)
order by advocacy.happened_on desc nulls last, advocacy.event_id

-- Advocacy events by who arranged them, one row per member and qualification; a null member is nobody named.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: advocacy.
select
    advocacy.member_id,
    team_members.name as member_name,
    advocacy.qualifies_as,
    count(*) as events,
    count(distinct advocacy.account_id) as accounts,
    coalesce(sum(advocacy.influenced_arr), 0) as influenced_arr,
    sum(case when advocacy.influenced_arr is null then 1 else 0 end) as without_amount
from advocacy
left join team_members
    on advocacy.member_id = team_members.member_id
where
    (cast(:since as date) is null or advocacy.happened_on >= :since)
    and (cast(:until as date) is null or advocacy.happened_on < :until)
group by advocacy.member_id, team_members.name, advocacy.qualifies_as
order by advocacy.member_id nulls last, advocacy.qualifies_as

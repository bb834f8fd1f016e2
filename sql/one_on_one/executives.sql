-- Touches with executives of a book's customers, one row per touch, the latest first.
-- Params: as_of date, since date, until date (exclusive): of the touch.
-- Uses: customers.
-- Rests on: timeline_entries.
-- A note is no touch.
select
    timeline_entries.entry_id,
    customers.account_id,
    customers.account_name,
    customers.segment,
    cast(timeline_entries.happened_at as date) as happened_on,
    cast(date_trunc('month', cast(timeline_entries.happened_at as date)) as date) as month,
    timeline_entries.kind,
    timeline_entries.persona,
    team_members.name as csm_name
from timeline_entries
inner join customers
    on timeline_entries.account_id = customers.account_id
left join team_members
    on timeline_entries.member_id = team_members.member_id
where
    timeline_entries.executive
    and timeline_entries.kind in ('ebr', 'call', 'meeting', 'email')
    and cast(timeline_entries.happened_at as date) <= :as_of
    and (cast(:since as date) is null or cast(timeline_entries.happened_at as date) >= :since)
    and (cast(:until as date) is null or cast(timeline_entries.happened_at as date) < :until)
order by timeline_entries.happened_at desc nulls last, timeline_entries.entry_id

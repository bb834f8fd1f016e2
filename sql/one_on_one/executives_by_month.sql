-- Touches with executives of a book's customers by month, one row per month with a touch.
-- Params: as_of date, since date, until date (exclusive): of the touch.
-- Uses: customers.
-- Rests on: timeline_entries.
-- A note is no touch. Today's customers, whoever held them then.
select
    cast(date_trunc('month', cast(timeline_entries.happened_at as date)) as date) as month,
    count(*) as touches,
    count(distinct timeline_entries.account_id) as accounts
from timeline_entries
inner join customers
    on timeline_entries.account_id = customers.account_id
where
    timeline_entries.executive
    and timeline_entries.kind in ('ebr', 'call', 'meeting', 'email')
    and cast(timeline_entries.happened_at as date) <= :as_of
    and (cast(:since as date) is null or cast(timeline_entries.happened_at as date) >= :since)
    and (cast(:until as date) is null or cast(timeline_entries.happened_at as date) < :until)
group by cast(date_trunc('month', cast(timeline_entries.happened_at as date)) as date)
order by month

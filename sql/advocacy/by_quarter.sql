-- Advocacy events by quarter, one row per fiscal quarter, qualification and kind.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: advocacy.
select
    quarter_on,
    qualifies_as,
    kind,
    count(*) as events,
    count(distinct account_id) as accounts,
    coalesce(sum(influenced_arr), 0) as influenced_arr,
    sum(case when influenced_arr is null then 1 else 0 end) as without_amount
from advocacy
where
    (cast(:since as date) is null or happened_on >= :since)
    and (cast(:until as date) is null or happened_on < :until)
group by quarter_on, qualifies_as, kind
order by quarter_on, qualifies_as, kind

-- Renewals by the quarter they fall due in, one row per quarter, segment and health band.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: renewals_due.
select
    due_quarter,
    segment,
    health_band,
    count(*) as renewals,
    sum(arr_due) as arr_due,
    sum(case when status = 'renewed' then 1 else 0 end) as renewed,
    sum(coalesce(arr_renewed, 0)) as arr_renewed,
    sum(coalesce(arr_renewed_capped, 0)) as arr_renewed_capped,
    sum(case when status = 'churned' then 1 else 0 end) as churned,
    sum(case when status = 'open' then 1 else 0 end) as open,
    sum(case when status = 'open' then arr_due else 0 end) as arr_open
from renewals_due
group by due_quarter, segment, health_band
order by due_quarter, segment, health_band nulls last

-- Objectives by holder, segment, kind, status and progress, one row per combination.
-- Params: as_of date, since date, until date (exclusive): of the due day; the rules of success plans.
-- Uses: plan_objectives.
select
    holder,
    segment,
    kind,
    status,
    band,
    count(*) as objectives,
    sum(case when progress is null then 0 else 1 end) as measured,
    sum(counted_progress) as progress_sum,
    sum(case when validation in ('never validated', 'validated too long ago') then 1 else 0 end)
        as not_validated,
    sum(case when validation = 'not known' then 1 else 0 end) as validated_later,
    sum(case when due = 'due soon' then 1 else 0 end) as due_soon,
    sum(case when due = 'overdue' then 1 else 0 end) as overdue
from plan_objectives
where
    (cast(:since as date) is null or due_on >= :since)
    and (cast(:until as date) is null or due_on < :until)
group by holder, segment, kind, status, band
order by holder, segment, kind, status, band

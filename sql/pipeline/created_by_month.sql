-- Opportunities by the month they were opened in, one row per month, kind, source, stage and outcome.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: opportunities_as_of.
-- Rests on: opportunities.
select
    cast(date_trunc('month', created_on) as date) as month,
    kind,
    source,
    stage,
    outcome,
    count(*) as opportunities,
    sum(coalesce(amount, 0)) as amount,
    sum(case when amount is null then 1 else 0 end) as without_amount
from opportunities_as_of
where
    (cast(:since as date) is null or created_on >= :since)
    and (cast(:until as date) is null or created_on < :until)
group by cast(date_trunc('month', created_on) as date), kind, source, stage, outcome
order by month nulls last, kind, source, stage nulls last, outcome

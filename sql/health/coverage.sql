-- How many customers are scored, one row per segment and health band; a null band is not scored.
-- Params: as_of date, the health policy.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
select
    customers.segment,
    account_health.health_band,
    count(*) as accounts,
    sum(customers.arr) as arr,
    avg(coalesce(cast(account_health.coverage as double), 0)) as average_coverage
from customers
left join account_health
    on customers.account_id = account_health.account_id
group by customers.segment, account_health.health_band
order by customers.segment, account_health.health_band nulls last

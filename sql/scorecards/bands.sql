-- Customers by scorecard and band, one row per scorecard, segment and band; a null band is not scored.
-- Params: as_of date, the health policy and the scorecards.
-- Uses: customers, scorecard_scores.
select
    scorecard_scores.scorecard,
    customers.segment,
    scorecard_scores.health_band,
    count(*) as accounts,
    sum(customers.arr) as arr,
    avg(cast(scorecard_scores.score as double)) as average_score,
    avg(cast(scorecard_scores.coverage as double)) as average_coverage
from customers
inner join scorecard_scores
    on customers.account_id = scorecard_scores.account_id
group by scorecard_scores.scorecard, customers.segment, scorecard_scores.health_band
order by scorecard_scores.scorecard, customers.segment, scorecard_scores.health_band nulls last

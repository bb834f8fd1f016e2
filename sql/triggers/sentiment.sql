-- Sentiment that is red, one row per customer, the largest ARR first.
-- Params: as_of date, the risk policy.
-- Uses: on_sentiment.
-- Rests on: health_scores.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    on_sentiment.category,
    on_sentiment.what,
    on_sentiment.observed,
    on_sentiment.threshold,
    on_sentiment.observed_on,
    on_sentiment.since_on
from on_sentiment
inner join customers
    on on_sentiment.account_id = customers.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where on_sentiment.not_judged is null and on_sentiment.is_met
order by customers.arr desc nulls last, customers.account_id

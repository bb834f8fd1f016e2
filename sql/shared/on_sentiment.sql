-- The trigger Sentiment, one row per customer: the latest sentiment score against the health policy's red.
-- Params: as_of date, sentiment_red_below double, stale_after_days integer.
-- Uses: customers, measures_on_as_of as measures.
-- It is met since the first of the weeks that were red one after the other.
with

last_fine as (

    select
        account_weeks.account_id,
        max(account_weeks.state_on) as state_on
    from account_weeks
    inner join customers
        on account_weeks.account_id = customers.account_id
    where
        account_weeks.state_on <= :as_of
        and (account_weeks.sentiment is null or account_weeks.sentiment >= :sentiment_red_below)
    group by account_weeks.account_id

),

runs as (

    select
        account_weeks.account_id,
        min(account_weeks.state_on) as since_on
    from account_weeks
    inner join customers
        on account_weeks.account_id = customers.account_id
    left join last_fine
        on account_weeks.account_id = last_fine.account_id
    where
        account_weeks.state_on <= :as_of
        and (last_fine.state_on is null or account_weeks.state_on > last_fine.state_on)
    group by account_weeks.account_id

)

select
    customers.account_id,
    'Sentiment' as category,
    case
        when measures.sentiment_on is null then 'no sentiment score'
        when measures.sentiment is null then 'the latest is stale'
    end as not_judged,
    measures.sentiment < :sentiment_red_below as is_met,
    measures.sentiment as observed,
    cast(:sentiment_red_below as double precision) as threshold,
    measures.sentiment_on as observed_on,
    runs.since_on,
    'sentiment is red' as what
from customers
left join measures
    on customers.account_id = measures.account_id
left join runs
    on customers.account_id = runs.account_id

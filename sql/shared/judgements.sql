-- Every trigger over every customer, one row per category and customer.
-- Params: as_of date, the risk policy.
-- Uses: on_deployment, on_engagement, on_adoption, on_roi, on_overall, on_support, on_sentiment.
-- A customer that cannot be judged has the reason, and neither fires nor is fine.
select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_deployment

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_engagement

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_adoption

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_roi

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_overall

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_support

union all

select
    account_id,
    category,
    not_judged,
    not_judged is null and is_met as fires,
    observed,
    threshold,
    observed_on,
    since_on,
    what
from on_sentiment

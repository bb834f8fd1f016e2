-- Satisfaction ratings of 1 to 5 given by the as-of date, one row per rating; undated ones keep a null month.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: visible_accounts.
-- Answers to satisfaction surveys, and ratings of support cases when they were closed.
select
    'survey' as source,
    survey_responses.response_id as rating_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    cast(null as varchar) as priority,
    survey_responses.responded_on as rated_on,
    cast(date_trunc('month', survey_responses.responded_on) as date) as month,
    survey_responses.score as rating
from survey_responses
inner join visible_accounts
    on survey_responses.account_id = visible_accounts.account_id
where
    survey_responses.survey = 'csat'
    and survey_responses.score is not null
    and (survey_responses.responded_on is null or survey_responses.responded_on <= :as_of)
    and (cast(:since as date) is null or survey_responses.responded_on >= :since)
    and (cast(:until as date) is null or survey_responses.responded_on < :until)

union all

select
    'support case' as source,
    support_cases.case_id as rating_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    support_cases.priority,
    cast(support_cases.closed_at as date) as rated_on,
    cast(date_trunc('month', support_cases.closed_at) as date) as month,
    support_cases.csat as rating
from support_cases
inner join visible_accounts
    on support_cases.account_id = visible_accounts.account_id
where
    support_cases.csat is not null
    and cast(support_cases.opened_at as date) <= :as_of
    and (support_cases.closed_at is null or cast(support_cases.closed_at as date) <= :as_of)
    and (cast(:since as date) is null or cast(support_cases.closed_at as date) >= :since)
    and (cast(:until as date) is null or cast(support_cases.closed_at as date) < :until)

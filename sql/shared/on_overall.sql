-- The trigger Overall, one row per customer: the latest NPS answer.
-- Params: as_of date, nps_below integer: answers below it count, answer_stale_after_days integer.
-- Uses: customers.
-- Of several answers of a day the lowest counts. An answer without a date is nobody's latest. It is met since
-- the first of the days that were met one after the other.
with

answered as (

    select
        survey_responses.account_id,
        survey_responses.responded_on,
        min(survey_responses.score) as score
    from survey_responses
    inner join customers
        on survey_responses.account_id = customers.account_id
    where
        survey_responses.survey = 'nps'
        and survey_responses.score is not null
        and survey_responses.responded_on <= :as_of
    group by survey_responses.account_id, survey_responses.responded_on

),

latest as (

    select
        account_id,
        responded_on,
        score
    from answered
    qualify row_number() over (
        partition by account_id
        order by responded_on desc nulls last
    ) = 1

),

last_fine as (

    select
        account_id,
        max(responded_on) as responded_on
    from answered
    where score >= :nps_below
    group by account_id

),

runs as (

    select
        answered.account_id,
        min(answered.responded_on) as since_on
    from answered
    left join last_fine
        on answered.account_id = last_fine.account_id
    where last_fine.responded_on is null or answered.responded_on > last_fine.responded_on
    group by answered.account_id

)

select
    customers.account_id,
    'Overall' as category,
    case
        when latest.account_id is null then 'no NPS answer'
        when cast(:as_of as date) - latest.responded_on > :answer_stale_after_days
            then 'the latest is stale'
    end as not_judged,
    latest.score < :nps_below as is_met,
    cast(latest.score as double precision) as observed,
    cast(:nps_below as double precision) as threshold,
    latest.responded_on as observed_on,
    runs.since_on,
    'answered ' || cast(latest.score as varchar) || ', '
    || case
        when latest.score >= 9 then 'a promoter'
        when latest.score >= 7 then 'a passive'
        else 'a detractor'
    end as what
from customers
left join latest
    on customers.account_id = latest.account_id
left join runs
    on customers.account_id = runs.account_id

-- Answers to the NPS question given by the as-of date, one row per answer; undated ones keep a null month.
-- Params: as_of date, since date, until date (exclusive), personas list.
-- Uses: visible_accounts.
-- Rests on: survey_responses.
select
    survey_responses.response_id,
    survey_responses.respondent_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.csm_id,
    survey_responses.persona,
    survey_responses.responded_on,
    cast(date_trunc('month', survey_responses.responded_on) as date) as month,
    survey_responses.score,
    case
        when survey_responses.score >= 9 then 'promoter'
        when survey_responses.score >= 7 then 'passive'
        else 'detractor'
    end as answer,
    survey_responses.comment,
    survey_responses.followed_up_on
from survey_responses
inner join visible_accounts
    on survey_responses.account_id = visible_accounts.account_id
where
    survey_responses.survey = 'nps'
    and survey_responses.score is not null
    and (survey_responses.responded_on is null or survey_responses.responded_on <= :as_of)
    and (cast(:since as date) is null or survey_responses.responded_on >= :since)
    and (cast(:until as date) is null or survey_responses.responded_on < :until)
    and (:all_personas or coalesce(survey_responses.persona, 'unknown') in :personas)

-- Survey invitations as they stood on the as-of date, one row per invitation; the window is on the day sent.
-- Params: as_of date, since date, until date (exclusive), survey_open_days integer.
-- Uses: visible_accounts.
-- Rests on: survey_responses.
-- An answer without a day counts as given. Sent within the last days and without an answer is still open.
select
    survey_responses.response_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    survey_responses.survey,
    survey_responses.persona,
    survey_responses.sent_on,
    cast(date_trunc('month', survey_responses.sent_on) as date) as month,
    case when survey_responses.responded_on <= :as_of then survey_responses.responded_on end as responded_on,
    case
        when survey_responses.responded_on <= :as_of then 'answered'
        when survey_responses.responded_on is null and survey_responses.score is not null then 'answered'
        when cast(:as_of as date) - survey_responses.sent_on < :survey_open_days then 'still open'
        else 'no answer'
    end as state,
    case
        when cast(:as_of as date) - survey_responses.sent_on >= :survey_open_days then 1
        else 0
    end as is_settled
from survey_responses
inner join visible_accounts
    on survey_responses.account_id = visible_accounts.account_id
where
    (survey_responses.sent_on is null or survey_responses.sent_on <= :as_of)
    and (cast(:since as date) is null or survey_responses.sent_on >= :since)
    and (cast(:until as date) is null or survey_responses.sent_on < :until)

-- Invitations of one account to a survey, with the answers by the as-of date, one row per invitation.
-- Params: as_of date, account_id varchar, since date, until date (exclusive): of the answer, else the
--         invitation.
-- Uses: visible_accounts.
-- Rests on: survey_responses.
with

asked as (

    select
        survey_responses.response_id,
        survey_responses.survey,
        survey_responses.respondent_id,
        survey_responses.persona,
        survey_responses.sent_on,
        case
            when survey_responses.responded_on <= :as_of then survey_responses.responded_on
        end as responded_on,
        case
            when survey_responses.responded_on is null or survey_responses.responded_on <= :as_of
                then survey_responses.score
        end as score,
        case
            when survey_responses.responded_on is null or survey_responses.responded_on <= :as_of
                then survey_responses.comment
        end as comment,
        case
            when survey_responses.followed_up_on <= :as_of then survey_responses.followed_up_on
        end as followed_up_on,
        coalesce(
            case
                when survey_responses.responded_on <= :as_of then survey_responses.responded_on
            end,
            survey_responses.sent_on
        ) as last_on
    from survey_responses
    inner join visible_accounts
        on survey_responses.account_id = visible_accounts.account_id
    where
        survey_responses.account_id = :account_id
        and (
            survey_responses.sent_on <= :as_of
            or survey_responses.responded_on <= :as_of
            or (survey_responses.sent_on is null and survey_responses.responded_on is null)
        )

)

select
    response_id,
    survey,
    respondent_id,
    persona,
    sent_on,
    responded_on,
    score,
    case
        when survey = 'nps' and score >= 9 then 'promoter'
        when survey = 'nps' and score >= 7 then 'passive'
        when survey = 'nps' and score is not null then 'detractor'
    end as answer,
    comment,
    followed_up_on
from asked
where
    (cast(:since as date) is null or last_on >= :since)
    and (cast(:until as date) is null or last_on < :until)
order by last_on desc nulls last, response_id

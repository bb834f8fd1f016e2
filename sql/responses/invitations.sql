-- Survey invitations behind the response rate, one row per invitation, the latest first.
-- Params: as_of date, since date, until date (exclusive), survey_open_days integer.
-- Uses: survey_invitations.
select
    response_id,
    account_id,
    account_name,
    segment,
    survey,
    persona,
    sent_on,
    month,
    state,
    responded_on,
    responded_on - sent_on as days_to_answer,
    is_settled = 1 as is_settled
from survey_invitations
order by sent_on desc nulls last, response_id

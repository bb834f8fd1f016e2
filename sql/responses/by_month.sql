-- Survey invitations by the month they were sent, one row per survey, month, segment and persona.
-- Params: as_of date, since date, until date (exclusive), survey_open_days integer.
-- Uses: survey_invitations.
select
    survey,
    month,
    segment,
    persona,
    count(*) as sent,
    sum(case when state = 'answered' then 1 else 0 end) as answered,
    sum(case when state = 'no answer' then 1 else 0 end) as no_answer,
    sum(case when state = 'still open' then 1 else 0 end) as still_open,
    sum(is_settled) as settled,
    sum(case when state = 'answered' then is_settled else 0 end) as settled_answered
from survey_invitations
group by survey, month, segment, persona
order by survey, month nulls last, segment nulls last, persona nulls last

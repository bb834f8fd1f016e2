-- Answers behind an NPS, one row per answer, the latest first.
-- Params: as_of date, since date, until date (exclusive), personas list.
-- Uses: nps_answers.
select
    response_id,
    account_id,
    account_name,
    segment,
    persona,
    responded_on,
    month,
    score,
    answer,
    comment,
    followed_up_on
from nps_answers
order by responded_on desc nulls last, response_id

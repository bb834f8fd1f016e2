-- NPS answers with a comment and its first characters, one row per answer, the latest first.
-- Params: as_of date, since date, until date (exclusive), personas list, comment_characters integer.
-- Uses: nps_answers, account_arr.
-- The ARR is that of the whole account and stands in each of its rows.
select
    nps_answers.response_id,
    coalesce(nps_answers.respondent_id, nps_answers.response_id) as respondent_id,
    nps_answers.account_id,
    nps_answers.account_name,
    nps_answers.segment,
    nps_answers.persona,
    nps_answers.responded_on,
    nps_answers.score,
    nps_answers.answer,
    account_arr.arr,
    left(nps_answers.comment, :comment_characters) as comment,
    length(nps_answers.comment) > :comment_characters as is_cut
from nps_answers
left join account_arr
    on nps_answers.account_id = account_arr.account_id
where length(trim(nps_answers.comment)) > 0
order by nps_answers.responded_on desc nulls last, nps_answers.response_id

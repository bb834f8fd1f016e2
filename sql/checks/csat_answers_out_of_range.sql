-- Satisfaction answers that are not between 1 and 5, one row per answer.
-- Params: none.
-- Rests on: survey_responses.
select
    'survey_responses' as table_name,
    response_id as row_key,
    account_id,
    'score' as column_name,
    'csat_answers_out_of_range' as rule,
    cast(score as varchar) as value,
    cast(null as decimal(18, 2)) as arr
from survey_responses
where survey = 'csat' and (score < 1 or score > 5)
order by response_id

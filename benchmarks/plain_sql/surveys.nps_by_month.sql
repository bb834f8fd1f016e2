-- surveys/nps_by_month, as somebody would write it who knows the contract tables alone.
select cast(date_trunc('month', responded_on) as date) as month, count(*) as responses,
    count_if(score >= 9) as promoters, count_if(score >= 7 and score < 9) as passives,
    count_if(score < 7) as detractors,
    100 * (count_if(score >= 9) - count_if(score < 7)) / count(*) as nps
from survey_responses
where survey = 'nps' and score is not null and (responded_on is null or responded_on <= $as_of)
group by 1 order by 1

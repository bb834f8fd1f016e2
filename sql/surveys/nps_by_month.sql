-- NPS over time, one row per month of the answer.
-- Params: as_of date, since date, until date (exclusive), personas list.
-- Uses: nps_answers.
-- Margin of error: 95 %, from the variance of promoters minus detractors among all answers.
with

counted as (

    select
        month,
        count(*) as responses,
        sum(case when answer = 'promoter' then 1 else 0 end) as promoters,
        sum(case when answer = 'passive' then 1 else 0 end) as passives,
        sum(case when answer = 'detractor' then 1 else 0 end) as detractors
    from nps_answers
    group by month

),

shares as (

    select
        month,
        responses,
        promoters,
        passives,
        detractors,
        cast(promoters as double) / responses as promoter_share,
        cast(detractors as double) / responses as detractor_share
    from counted

)

select
    month,
    responses,
    promoters,
    passives,
    detractors,
    100 * (promoter_share - detractor_share) as nps,
    100 * 1.959963985 * sqrt(
        (
            promoter_share + detractor_share
            - (promoter_share - detractor_share) * (promoter_share - detractor_share)
        ) / responses
    ) as margin_of_error
from shares
order by month nulls last

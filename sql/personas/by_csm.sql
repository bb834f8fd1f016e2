-- NPS by the CSM of the account on the as-of date, one row per CSM; nothing is told of too few respondents.
-- Params: as_of date, since date, until date (exclusive), personas list, minimum_respondents integer.
-- Uses: nps_answers.
-- Margin of error: 95 %, from the variance of promoters minus detractors among all answers.
with

counted as (

    select
        csm_id,
        count(*) as responses,
        count(distinct coalesce(respondent_id, response_id)) as respondents,
        sum(case when answer = 'promoter' then 1 else 0 end) as promoters,
        sum(case when answer = 'detractor' then 1 else 0 end) as detractors
    from nps_answers
    group by csm_id

),

shares as (

    select
        csm_id,
        responses,
        respondents,
        cast(promoters as double precision) / responses as promoter_share,
        cast(detractors as double precision) / responses as detractor_share
    from counted

)

select
    shares.csm_id,
    team_members.name as csm_name,
    shares.responses,
    shares.respondents,
    case
        when shares.respondents >= :minimum_respondents
            then 100 * (shares.promoter_share - shares.detractor_share)
    end as nps,
    case
        when shares.respondents >= :minimum_respondents
            then 100 * 1.959963985 * sqrt(
                (
                    shares.promoter_share + shares.detractor_share
                    - (shares.promoter_share - shares.detractor_share)
                    * (shares.promoter_share - shares.detractor_share)
                ) / shares.responses
            )
    end as margin_of_error
from shares
left join team_members
    on shares.csm_id = team_members.member_id
order by shares.csm_id nulls last

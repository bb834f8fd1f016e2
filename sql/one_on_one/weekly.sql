-- Deployment and adoption of a book over time, one row per week and measure.
-- Params: as_of date, since date: first week shown.
-- Uses: customers.
-- Rests on: health_scores.
-- Today's customers, whoever held them then; each counts in the weeks in which it was measured, so that an
-- old measurement carried on moves nothing. A week counts once its last measurement is in.
with

measured as (

    select
        account_weeks.week_on,
        'deployment' as measure,
        case
            when account_weeks.deployment_on >= account_weeks.week_on then account_weeks.deployment
        end as score
    from account_weeks
    inner join customers
        on account_weeks.account_id = customers.account_id
    where
        account_weeks.state_on <= :as_of
        and (cast(:since as date) is null or account_weeks.week_on >= :since)

    union all

    select
        account_weeks.week_on,
        'adoption' as measure,
        case
            when account_weeks.adoption_on >= account_weeks.week_on then account_weeks.adoption
        end as score
    from account_weeks
    inner join customers
        on account_weeks.account_id = customers.account_id
    where
        account_weeks.state_on <= :as_of
        and (cast(:since as date) is null or account_weeks.week_on >= :since)

)

select
    week_on,
    measure,
    avg(score) as average_score,
    count(score) as measured,
    count(*) as customers
from measured
group by week_on, measure
order by week_on, measure

-- Referenceable customers and how often each was asked, one row per customer, those never asked first.
-- Params: as_of date, reference_bands list, barred_bands list, promoted_within_days integer,
-- event_within_days integer, asked_within_days integer, asked_at_most integer.
-- Uses: customers, advocacy, measures_on_as_of as measures, account_health.
-- Every event counts as having been asked, whatever its kind. Among equals who was never asked comes first,
-- then whose last event is the longest ago.
with

promoters as (

    select
        survey_responses.account_id,
        count(*) as promoters,
        max(survey_responses.responded_on) as last_promoter_on
    from survey_responses
    inner join customers
        on survey_responses.account_id = customers.account_id
    where
        survey_responses.survey = 'nps'
        and survey_responses.score >= 9
        and survey_responses.responded_on <= :as_of
        and cast(:as_of as date) - survey_responses.responded_on <= :promoted_within_days
    group by survey_responses.account_id

),

asked as (

    select
        account_id,
        sum(
            case when cast(:as_of as date) - happened_on <= :asked_within_days then 1 else 0 end
        ) as asked,
        max(happened_on) as last_asked_on
    from advocacy
    group by account_id

),

known as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.csm_id,
        customers.arr,
        account_health.health_band,
        coalesce(promoters.promoters, 0) as promoters,
        promoters.last_promoter_on,
        coalesce(asked.asked, 0) as asked,
        asked.last_asked_on,
        coalesce(account_health.health_band in :reference_bands and promoters.promoters > 0, false)
            as by_answer,
        coalesce(
            :event_within_days > 0
            and cast(:as_of as date) - asked.last_asked_on <= :event_within_days
            and coalesce(account_health.health_band, 'not scored') not in :barred_bands,
            false
        ) as by_event
    from customers
    left join account_health
        on customers.account_id = account_health.account_id
    left join promoters
        on customers.account_id = promoters.account_id
    left join asked
        on customers.account_id = asked.account_id
    where customers.arr > 0

)

select
    known.account_id,
    known.account_name,
    known.segment,
    team_members.name as csm_name,
    known.arr,
    known.health_band,
    case
        when known.by_answer and known.by_event then 'promoter and advocate'
        when known.by_answer then 'promoter'
        else 'advocate'
    end as why,
    known.asked,
    known.asked > :asked_at_most as is_asked_too_often,
    known.last_asked_on,
    known.promoters,
    known.last_promoter_on
from known
left join team_members
    on known.csm_id = team_members.member_id
where known.by_answer or known.by_event
order by known.asked, known.last_asked_on nulls first, known.arr desc nulls last, known.account_id

-- Detractors' answers and whether somebody came back to them by the as-of date, one row per answer.
-- Params: as_of date, since date, until date (exclusive), personas list, close_loop_days integer.
-- Uses: nps_answers.
-- Days are from the answer to the follow-up, of an open loop to the as-of date; unknown without a day of the
-- answer or with a follow-up before it.
with

seen as (

    select
        response_id,
        account_id,
        account_name,
        segment,
        csm_id,
        persona,
        responded_on,
        month,
        score,
        comment,
        case when followed_up_on <= :as_of then followed_up_on end as closed_on
    from nps_answers
    where answer = 'detractor'

),

timed as (

    select
        *,
        case
            when closed_on < responded_on then null
            else coalesce(closed_on, cast(:as_of as date)) - responded_on
        end as days
    from seen

)

select
    response_id,
    account_id,
    account_name,
    segment,
    csm_id,
    persona,
    responded_on,
    month,
    score,
    comment,
    closed_on,
    days,
    case
        when closed_on is not null and days is null then 'closed, days unknown'
        when closed_on is not null and days <= :close_loop_days then 'closed in time'
        when closed_on is not null then 'closed late'
        when days is null then 'open, age unknown'
        when days <= :close_loop_days then 'open, in time'
        else 'open, overdue'
    end as state
from timed

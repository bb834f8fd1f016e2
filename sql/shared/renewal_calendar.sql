-- Renewals ahead with what they lack in the window they stand in, one row per open renewal ahead.
-- Params: as_of date, since date, until date (exclusive), window_1, window_2, window_3, window_4 integer.
-- Uses: renewals_due.
-- Windows are days before the due date, the longest first; a renewal stands in the shortest it is inside of,
-- its due day included. Inside 30 days it is touched where somebody called, met or wrote, or held an
-- executive business review, in the last 30 days; inside 60, in the last 60. A note is no touch. It is
-- answered where the survey has an answer.
with

ahead as (

    select
        renewal_id,
        due_on - cast(:as_of as date) as days_to_due,
        case
            when due_on - cast(:as_of as date) <= :window_4 then cast(:window_4 as integer)
            when due_on - cast(:as_of as date) <= :window_3 then cast(:window_3 as integer)
            when due_on - cast(:as_of as date) <= :window_2 then cast(:window_2 as integer)
            else cast(:window_1 as integer)
        end as window_days
    from renewals_due
    where
        status = 'open'
        and due_on >= :as_of
        and due_on - cast(:as_of as date) <= :window_1

),

touches as (

    select
        renewals_due.renewal_id,
        max(cast(timeline_entries.happened_at as date)) as last_touch_on
    from renewals_due
    inner join timeline_entries
        on renewals_due.account_id = timeline_entries.account_id
    where
        timeline_entries.kind in ('ebr', 'call', 'meeting', 'email')
        and cast(timeline_entries.happened_at as date) <= :as_of
    group by renewals_due.renewal_id

)

select
    renewals_due.renewal_id,
    renewals_due.account_id,
    renewals_due.account_name,
    renewals_due.segment,
    renewals_due.region,
    renewals_due.csm_id,
    renewals_due.arr_due,
    renewals_due.due_on,
    ahead.days_to_due,
    ahead.window_days,
    renewals_due.renewal_likelihood,
    touches.last_touch_on,
    cast(:as_of as date) - touches.last_touch_on as days_since_touch,
    case
        when
            renewals_due.renewal_likelihood is not null
            and cast(:as_of as date) - touches.last_touch_on <= ahead.window_days
            then 'answered and touched'
        when cast(:as_of as date) - touches.last_touch_on <= ahead.window_days then 'no answer'
        when renewals_due.renewal_likelihood is not null then 'no touch'
        else 'no answer, no touch'
    end as state,
    renewals_due.health_band,
    renewals_due.forecast_category
from ahead
inner join renewals_due
    on ahead.renewal_id = renewals_due.renewal_id
left join touches
    on ahead.renewal_id = touches.renewal_id

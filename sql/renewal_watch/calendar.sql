-- Renewals ahead with what they lack, one row per open renewal inside the longest window, the soonest first.
-- Params: as_of date, since date, until date (exclusive), the windows of the renewal calendar.
-- Uses: renewal_calendar.
select
    renewal_calendar.renewal_id,
    renewal_calendar.account_id,
    renewal_calendar.account_name,
    renewal_calendar.segment,
    renewal_calendar.region,
    team_members.name as csm_name,
    renewal_calendar.arr_due,
    renewal_calendar.due_on,
    renewal_calendar.days_to_due,
    renewal_calendar.window_days,
    renewal_calendar.state,
    renewal_calendar.renewal_likelihood,
    renewal_calendar.last_touch_on,
    renewal_calendar.days_since_touch,
    renewal_calendar.health_band,
    renewal_calendar.forecast_category
from renewal_calendar
left join team_members
    on renewal_calendar.csm_id = team_members.member_id
order by
    renewal_calendar.due_on,
    renewal_calendar.arr_due desc nulls last,
    renewal_calendar.renewal_id

-- Days an overview looks at: the as-of date and the ends of the fiscal months before it, one row per day.
-- Params: as_of date.
-- A month's end is the first day after it, changes of that day included, as in the windows of retention.
-- Fifteen of them hold thirteen periods and the end of a month that lies a year back.
with

days as (

    select period_start_on as on_day
    from fiscal_periods
    where grain = 'month' and period_start_on < :as_of

    union all

    select cast(:as_of as date) as on_day

)

select on_day
from days
qualify row_number() over (order by on_day desc nulls last) <= 15

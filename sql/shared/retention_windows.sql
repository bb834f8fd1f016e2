-- Windows that retention is measured over, one row per window, numbered in order of time.
-- Params: as_of, since, until, compared_since and compared_until date, period varchar.
-- Uses: unit_steps.
-- ARR is looked at on the first day and on the last, which is the first day after a fiscal period. One
-- that has not ended by the as-of date is not there. Windows lie between since and until; without a first day
-- the answer begins with the first ARR known. A custom window is exactly that from since to until, and a
-- second one where it is compared with another. Who sees no customer sees no window.
with

month_ends as (

    select period_start_on as on_day
    from fiscal_periods
    where grain = 'month' and period_start_on <= :as_of

    union distinct

    select cast(:as_of as date) as on_day

),

found as (

    select
        period_start_on,
        period_end_on
    from fiscal_periods
    where grain = :period

    union all

    select
        cast(on_day - interval '1 year' as date) as period_start_on,
        on_day as period_end_on
    from month_ends
    where :period = 'ttm'

    union all

    select
        years.period_start_on,
        month_ends.on_day as period_end_on
    from month_ends
    inner join fiscal_periods as years
        on
            years.grain = 'year'
            and month_ends.on_day > years.period_start_on
            and month_ends.on_day <= years.period_end_on
    where :period = 'fiscal_year_to_date'

    union all

    select
        cast(:since as date) as period_start_on,
        cast(:until as date) as period_end_on
    where :period = 'custom'

    union all

    select
        cast(:compared_since as date) as period_start_on,
        cast(:compared_until as date) as period_end_on
    where :period = 'custom' and cast(:compared_since as date) is not null

),

first_day as (

    select min(starts_on) as on_day
    from unit_steps
    where arr > 0

)

select
    cast(
        row_number() over (order by found.period_end_on, found.period_start_on) as integer
    ) as window_number,
    found.period_start_on,
    found.period_end_on
from found
cross join first_day
where
    first_day.on_day is not null
    and found.period_end_on <= :as_of
    and (
        :period = 'custom'
        or (
            (cast(:since as date) is null or found.period_start_on >= :since)
            and (cast(:until as date) is null or found.period_end_on <= :until)
            and (cast(:since as date) is not null or found.period_start_on >= first_day.on_day)
        )
    )

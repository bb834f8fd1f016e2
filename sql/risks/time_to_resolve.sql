-- Days from opening a risk to resolving it, one row per category and one for all of them together.
-- Params: as_of date, since date, until date (exclusive): the days of opening.
-- Uses: visible_risks.
-- The median is that of Kaplan and Meier: a risk that is still open counts as open for the days it has been,
-- and says nothing of the days after. It is null where less than half is known to be resolved.
with

lives as (

    select
        category,
        case when resolved_on is null then 0 else 1 end as resolved,
        case
            when resolved_on < opened_on then 0
            else coalesce(resolved_on, cast(:as_of as date)) - opened_on
        end as days
    from visible_risks
    where
        (cast(:since as date) is null or opened_on >= :since)
        and (cast(:until as date) is null or opened_on < :until)

),

both_ways as (

    select
        category,
        resolved,
        days
    from lives

    union all

    select
        'All categories' as category,
        resolved,
        days
    from lives

),

by_day as (

    select
        category,
        days,
        sum(resolved) as resolved,
        count(*) as risks
    from both_ways
    group by category, days

),

at_risk as (

    select
        category,
        days,
        resolved,
        risks,
        sum(risks) over (
            partition by category
            order by days desc nulls last
            rows between unbounded preceding and current row
        ) as still_open
    from by_day

),

survived as (

    select
        category,
        days,
        resolved,
        risks,
        exp(
            sum(
                case
                    when resolved = still_open then -1000
                    else ln(1 - cast(resolved as double precision) / still_open)
                end
            ) over (
                partition by category
                order by days
                rows between unbounded preceding and current row
            )
        ) as unresolved_share
    from at_risk

)

select
    category,
    sum(risks) as risks,
    sum(resolved) as resolved,
    sum(risks) - sum(resolved) as still_open,
    min(case when round(unresolved_share, 9) <= 0.5 then days end) as median_days
from survived
group by category
order by category

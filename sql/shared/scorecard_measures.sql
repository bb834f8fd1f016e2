-- Measures of the scorecards beside the health score, one row per customer; each 0 to 100 or null.
-- Params: as_of date, reporting_currency varchar, the scales of the scorecards.
-- Uses: visible_accounts, rates, customers.
-- Null is missing: nothing to measure, or a table that was not loaded. What has a day of its own carries it;
-- whether it is stale is decided where it is weighed. Twelve months end on the as-of date, which counts.
-- A won sale becomes a movement: expansion is the larger of the two, not their sum. What has no rate or no
-- amount adds nothing.
with

opening as (

    select
        arr_spans.account_id,
        sum(
            case
                when arr_spans.arr <> 0
                    then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
            end
        ) as arr
    from arr_spans
    left join rates
        on arr_spans.currency = rates.currency
    where
        arr_spans.starts_on <= cast(cast(:as_of as date) - interval '12 months' as date)
        and (
            arr_spans.ends_on is null
            or arr_spans.ends_on > cast(cast(:as_of as date) - interval '12 months' as date)
        )
    group by arr_spans.account_id

),

moved as (

    select
        arr_movements.account_id,
        sum(cast(round(arr_movements.amount * rates.rate, 2) as decimal(38, 2))) as arr
    from arr_movements
    inner join visible_accounts
        on arr_movements.account_id = visible_accounts.account_id
    inner join rates
        on coalesce(arr_movements.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    where
        arr_movements.movement = 'expansion'
        and arr_movements.effective_on > cast(cast(:as_of as date) - interval '12 months' as date)
        and arr_movements.effective_on <= :as_of
        and cast(arr_movements.recorded_at as date) <= :as_of
    group by arr_movements.account_id

),

won as (

    select
        opportunities.account_id,
        sum(cast(round(opportunities.amount * rates.rate, 2) as decimal(38, 2))) as arr
    from opportunities
    inner join visible_accounts
        on opportunities.account_id = visible_accounts.account_id
    inner join rates
        on coalesce(opportunities.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    where
        opportunities.won
        and opportunities.closed_on > cast(cast(:as_of as date) - interval '12 months' as date)
        and opportunities.closed_on <= :as_of
    group by opportunities.account_id

),

advocates as (

    select
        account_id,
        count(*) as events
    from advocacy_events
    where
        happened_on > cast(cast(:as_of as date) - interval '12 months' as date)
        and happened_on <= :as_of
    group by account_id

),

touched as (

    select
        account_id,
        max(case when executive then cast(happened_at as date) end) as executive_on,
        sum(case when cast(:as_of as date) - cast(happened_at as date) < :touches_days then 1 else 0 end)
            as touches
    from timeline_entries
    where cast(happened_at as date) <= :as_of
    group by account_id

),

surveyed as (

    select
        account_id,
        sum(
            case
                when
                    responded_on <= :as_of and cast(:as_of as date) - responded_on < :survey_days
                    then 1
                else 0
            end
        ) as answers,
        sum(
            case
                when sent_on <= :as_of and cast(:as_of as date) - sent_on < :survey_days then 1
                else 0
            end
        ) as invitations
    from survey_responses
    group by account_id

),

used as (

    select
        account_id,
        week_on,
        cast(features_used as double) / features_entitled as features
    from usage_weekly
    where week_on <= :as_of and features_used is not null and features_entitled > 0
    qualify row_number() over (
        partition by account_id
        order by week_on desc nulls last
    ) = 1

),

aimed as (

    select
        account_id,
        max(last_validated_on) as validated_on,
        avg(case when lower(status) = 'attained' then 1.0 else 0.0 end) as attained
    from objectives
    where last_validated_on is null or last_validated_on <= :as_of
    group by account_id

),

loaded as (

    select
        exists(select 1 from advocacy_events) as has_advocacy,
        exists(select 1 from timeline_entries) as has_timeline

),

measured as (

    select
        customers.account_id,
        100.0 * cast(customers.arr as double) / nullif(cast(opening.arr as double), 0) as retention,
        100.0 * case
            when coalesce(moved.arr, 0) > coalesce(won.arr, 0) then cast(moved.arr as double)
            else cast(coalesce(won.arr, 0) as double)
        end / nullif(cast(opening.arr as double), 0) / :expansion_full_share as expansion,
        case
            when loaded.has_advocacy
                then 100.0 * coalesce(advocates.events, 0) / :advocacy_full_events
        end as advocacy,
        case
            when touched.executive_on is not null
                then
                    100.0 * (:executive_none_days - (cast(:as_of as date) - touched.executive_on))
                    / (:executive_none_days - :executive_full_days)
            when loaded.has_timeline then 0.0
        end as executive,
        case
            when loaded.has_timeline then 100.0 * coalesce(touched.touches, 0) / :touches_full
        end as touches,
        case
            when surveyed.answers > 0 then 100.0
            when surveyed.invitations > 0 then 0.0
        end as survey,
        try_cast(
            split_part(
                split_part(
                    :maturity_levels,
                    '|' || lower(trim(replace(replace(accounts.maturity, '_', ' '), '-', ' '))) || '=',
                    2
                ),
                '|',
                1
            ) as decimal(28, 6)
        ) as maturity,
        100.0 * used.features as features,
        used.week_on as features_on,
        100.0 * aimed.attained as objectives,
        aimed.validated_on as objectives_on,
        touched.executive_on
    from customers
    inner join accounts
        on customers.account_id = accounts.account_id
    cross join loaded
    left join opening
        on customers.account_id = opening.account_id
    left join moved
        on customers.account_id = moved.account_id
    left join won
        on customers.account_id = won.account_id
    left join advocates
        on customers.account_id = advocates.account_id
    left join touched
        on customers.account_id = touched.account_id
    left join surveyed
        on customers.account_id = surveyed.account_id
    left join used
        on customers.account_id = used.account_id
    left join aimed
        on customers.account_id = aimed.account_id

)

select
    account_id,
    case when retention < 0 then 0.0 when retention > 100 then 100.0 else retention end as retention,
    case when expansion < 0 then 0.0 when expansion > 100 then 100.0 else expansion end as expansion,
    case when advocacy > 100 then 100.0 else advocacy end as advocacy,
    case when executive < 0 then 0.0 when executive > 100 then 100.0 else executive end as executive,
    executive_on,
    case when touches > 100 then 100.0 else touches end as touches,
    survey,
    cast(maturity as double) as maturity,
    case when features > 100 then 100.0 else features end as features,
    features_on,
    cast(objectives as double) as objectives,
    objectives_on
from measured

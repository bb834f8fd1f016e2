-- ARR of each unit as a step function, with what happened up to each step, one row per unit and step.
-- Over a table `unit_changes`: level, unit_id, account_id, currency, changed_on, change, price_change,
-- fx_change and lines_change. A unit is an account, a parent with its accounts, or a product of an account.
-- Params: reporting_currency varchar, as_of date.
-- Uses: rates.
-- A unit's change of a day is one movement, by what it had before and after; of an expansion the price rises
-- and exchange rates that the movements name are counted apart. One in several currencies, or without
-- any ARR, is in the reporting currency. The totals run from the unit's first day, so that a window is a
-- difference of two steps.
with

netted as (

    select
        level,
        unit_id,
        currency,
        changed_on,
        min(account_id) as account_id,
        sum(change) as change,
        sum(price_change) as price_change,
        sum(fx_change) as fx_change,
        sum(lines_change) as lines_change
    from unit_changes
    group by level, unit_id, currency, changed_on

),

currencies as (

    select
        level,
        unit_id,
        min(account_id) as account_id,
        count(distinct case when change <> 0 then currency end) as currencies,
        max(case when change <> 0 then currency end) as currency
    from netted
    group by level, unit_id

),

placed as (

    select
        netted.level,
        netted.unit_id,
        netted.currency,
        netted.changed_on,
        netted.change,
        netted.price_change,
        netted.fx_change,
        netted.lines_change,
        sum(netted.change) over (
            partition by netted.level, netted.unit_id, netted.currency
            order by netted.changed_on
            rows between unbounded preceding and current row
        ) as arr,
        currencies.currencies > 1 as is_converted
    from netted
    inner join currencies
        on netted.level = currencies.level and netted.unit_id = currencies.unit_id

),

in_one_currency as (

    select
        placed.level,
        placed.unit_id,
        placed.changed_on,
        sum(
            case
                when placed.is_converted
                    then
                        cast(round(placed.arr * rates.rate, 2) as decimal(38, 2))
                        - cast(round((placed.arr - placed.change) * rates.rate, 2) as decimal(38, 2))
                else placed.change
            end
        ) as change,
        sum(
            case
                when placed.is_converted
                    then cast(round(placed.price_change * rates.rate, 2) as decimal(38, 2))
                else placed.price_change
            end
        ) as price_change,
        sum(
            case
                when placed.is_converted
                    then cast(round(placed.fx_change * rates.rate, 2) as decimal(38, 2))
                else placed.fx_change
            end
        ) as fx_change,
        sum(placed.lines_change) as lines_change
    from placed
    left join rates
        on placed.currency = rates.currency
    group by placed.level, placed.unit_id, placed.changed_on

),

days as (

    select
        level,
        unit_id,
        date '1900-01-01' as changed_on,
        cast(0 as decimal(38, 2)) as change,
        cast(0 as decimal(38, 2)) as price_change,
        cast(0 as decimal(38, 2)) as fx_change,
        0 as lines_change
    from currencies

    union all

    select
        level,
        unit_id,
        changed_on,
        change,
        price_change,
        fx_change,
        lines_change
    from in_one_currency
    where change <> 0 or lines_change <> 0

),

running as (

    select
        level,
        unit_id,
        changed_on,
        change,
        price_change,
        fx_change,
        sum(change) over (
            partition by level, unit_id
            order by changed_on
            rows between unbounded preceding and current row
        ) as arr,
        sum(lines_change) over (
            partition by level, unit_id
            order by changed_on
            rows between unbounded preceding and current row
        ) as lines,
        lead(changed_on, 1, date '9999-12-31') over (
            partition by level, unit_id
            order by changed_on
        ) as ends_on
    from days

),

seen as (

    select
        level,
        unit_id,
        changed_on,
        ends_on,
        change,
        price_change,
        fx_change,
        arr,
        lines,
        arr - change as before,
        coalesce(
            max(arr) over (
                partition by level, unit_id
                order by changed_on
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as most_before
    from running

),

named as (

    select
        level,
        unit_id,
        changed_on,
        ends_on,
        change,
        price_change,
        fx_change,
        arr,
        lines,
        case
            when change = 0 then 'none'
            when before <= 0 and arr > 0 and most_before <= 0 then 'new'
            when before <= 0 and arr > 0 then 'reactivation'
            when before > 0 and arr <= 0 then 'churn'
            when change > 0 then 'expansion'
            else 'contraction'
        end as movement
    from seen

),

split as (

    select
        level,
        unit_id,
        changed_on,
        ends_on,
        change,
        arr,
        lines,
        movement,
        case when movement in ('expansion', 'contraction') then fx_change else 0 end as fx,
        case
            when movement in ('expansion', 'contraction') and change - fx_change > 0
                then case
                    when price_change < change - fx_change then price_change else change - fx_change
                end
            else 0
        end as price
    from named

),

parts as (

    select
        level,
        unit_id,
        changed_on,
        ends_on,
        change,
        arr,
        lines,
        movement,
        price,
        fx,
        case when movement = 'new' then change else 0 end as new,
        case when movement = 'reactivation' then change else 0 end as reactivation,
        case when movement = 'reactivation' then 1 else 0 end as returned,
        case
            when movement in ('expansion', 'contraction') and change - fx - price > 0
                then change - fx - price
            else 0
        end as expansion,
        case
            when movement in ('expansion', 'contraction') and change - fx - price < 0
                then change - fx - price
            else 0
        end as contraction,
        case when movement = 'churn' then change else 0 end as churn
    from split

)

select
    parts.level,
    parts.unit_id,
    currencies.account_id,
    case
        when currencies.currencies = 1 then currencies.currency
        else cast(:reporting_currency as varchar)
    end as currency,
    currencies.currencies > 1 as is_converted,
    parts.changed_on as starts_on,
    parts.ends_on,
    parts.movement,
    cast(parts.change as decimal(38, 2)) as change,
    cast(parts.arr as decimal(38, 2)) as arr,
    cast(parts.lines as integer) as lines,
    cast(
        sum(parts.new) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as new_total,
    cast(
        sum(parts.reactivation) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as reactivation_total,
    cast(
        sum(parts.expansion) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as expansion_total,
    cast(
        sum(parts.price) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as price_total,
    cast(
        sum(parts.fx) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as fx_total,
    cast(
        sum(parts.contraction) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as contraction_total,
    cast(
        sum(parts.churn) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as decimal(38, 2)
    ) as churn_total,
    cast(
        sum(parts.returned) over (
            partition by parts.level, parts.unit_id
            order by parts.changed_on
            rows between unbounded preceding and current row
        ) as integer
    ) as returns
from parts
inner join currencies
    on parts.level = currencies.level and parts.unit_id = currencies.unit_id

-- Renewal rates by the period that renewals count in, one row per fiscal month, quarter or year.
-- Params: as_of date, since date, until date (exclusive), period varchar, the rules of the policy.
-- Uses: renewal_outcomes, unit_steps, rates.
-- Of the whole book, a rate is what the decided renewals leave of the ARR and the customers of the period's
-- first day; a period that has not begun yet opens with the as-of date.
with

by_period as (

    select
        counted_in,
        count(*) as renewals,
        coalesce(sum(arr_due), 0) as arr_due,
        sum(case when is_decided then 1 else 0 end) as decided,
        sum(case when is_renewed then 1 else 0 end) as renewed,
        sum(counted_arr_due) as counted_arr_due,
        sum(counted_arr_renewed) as counted_arr_renewed,
        sum(counted_arr_capped) as counted_arr_capped
    from renewal_outcomes
    where outcome <> 'month to month'
    group by counted_in

),

decided_accounts as (

    select
        counted_in,
        account_id,
        max(case when is_renewed then 1 else 0 end) as is_kept
    from renewal_outcomes
    where :renewal_base = 'total_arr' and is_decided
    group by counted_in, account_id

),

losses as (

    select
        counted_in,
        sum(1 - is_kept) as lost_accounts
    from decided_accounts
    group by counted_in

),

book_changes as (

    select
        unit_steps.starts_on,
        sum(
            cast(round(unit_steps.arr * rates.rate, 2) as decimal(38, 2))
            - cast(round((unit_steps.arr - unit_steps.change) * rates.rate, 2) as decimal(38, 2))
        ) as change,
        sum(
            case
                when unit_steps.arr > 0 and unit_steps.arr - unit_steps.change <= 0 then 1
                when unit_steps.arr <= 0 and unit_steps.arr - unit_steps.change > 0 then -1
                else 0
            end
        ) as customers_change
    from unit_steps
    left join rates
        on unit_steps.currency = rates.currency
    where
        :renewal_base = 'total_arr'
        and unit_steps.level = :level
        and unit_steps.starts_on <= :as_of
    group by unit_steps.starts_on

),

books as (

    select
        by_period.counted_in,
        sum(book_changes.change) as opening_arr,
        sum(book_changes.customers_change) as customers
    from by_period
    inner join book_changes
        on by_period.counted_in >= book_changes.starts_on
    group by by_period.counted_in

),

counted as (

    select
        by_period.counted_in,
        by_period.renewals,
        by_period.arr_due,
        by_period.decided,
        by_period.renewed,
        losses.lost_accounts,
        books.customers,
        cast(by_period.counted_arr_due as double precision) as counted_arr_due,
        cast(by_period.counted_arr_renewed as double precision) as counted_arr_renewed,
        cast(by_period.counted_arr_capped as double precision) as counted_arr_capped,
        cast(books.opening_arr as double precision) as opening_arr
    from by_period
    left join losses
        on by_period.counted_in = losses.counted_in
    left join books
        on by_period.counted_in = books.counted_in

)

select
    counted_in as due_quarter,
    renewals,
    arr_due,
    decided,
    case
        when decided = 0 then null
        when :renewal_base = 'arr_due' then counted_arr_capped / nullif(counted_arr_due, 0)
        else 1 - (counted_arr_due - counted_arr_capped) / nullif(opening_arr, 0)
    end as gross_renewal_rate,
    case
        when decided = 0 then null
        when :renewal_base = 'arr_due' then counted_arr_renewed / nullif(counted_arr_due, 0)
        else 1 + (counted_arr_renewed - counted_arr_due) / nullif(opening_arr, 0)
    end as net_renewal_rate,
    case
        when decided = 0 then null
        when :renewal_base = 'arr_due' then cast(renewed as double precision) / decided
        else 1 - cast(lost_accounts as double precision) / nullif(customers, 0)
    end as logo_renewal_rate
from counted
order by due_quarter

-- Changes of ARR outside renewals by quarter, one row per fiscal quarter that was over on the as-of date.
-- Params: as_of date, seen_since date: no quarter that begins before it.
-- Uses: visible_accounts, rates.
-- Rests on: arr_movements.
-- A movement on the day an account's renewal is due or closed belongs to the renewal. New customers and those
-- that come back are no change of who was there. Booked by the as-of date; at the rates of that day.
with

renewal_days as (

    select
        account_id,
        due_on as changed_on
    from renewals

    union distinct

    select
        account_id,
        closed_on as changed_on
    from renewals
    where closed_on is not null

),

quarters as (

    select
        period_start_on,
        period_end_on
    from fiscal_periods
    where
        grain = 'quarter'
        and period_start_on >= :seen_since
        and period_end_on <= :as_of

),

opening as (

    select
        quarters.period_start_on,
        sum(cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))) as opening_arr
    from quarters
    inner join arr_spans
        on
            quarters.period_start_on > arr_spans.starts_on
            and (arr_spans.ends_on is null or quarters.period_start_on <= arr_spans.ends_on)
    inner join visible_accounts
        on arr_spans.account_id = visible_accounts.account_id
    inner join rates
        on arr_spans.currency = rates.currency
    group by quarters.period_start_on

),

changes as (

    select
        quarters.period_start_on,
        arr_movements.movement,
        cast(round(arr_movements.amount * rates.rate, 2) as decimal(38, 2)) as amount
    from arr_movements
    inner join visible_accounts
        on arr_movements.account_id = visible_accounts.account_id
    inner join rates
        on
            coalesce(arr_movements.currency, visible_accounts.currency, :reporting_currency)
            = rates.currency
    inner join quarters
        on
            arr_movements.effective_on >= quarters.period_start_on
            and arr_movements.effective_on < quarters.period_end_on
    left join renewal_days
        on
            arr_movements.account_id = renewal_days.account_id
            and arr_movements.effective_on = renewal_days.changed_on
    where
        cast(arr_movements.recorded_at as date) <= :as_of
        and arr_movements.movement in ('expansion', 'contraction', 'churn')
        and renewal_days.account_id is null

),

summed as (

    select
        period_start_on,
        sum(case when movement = 'expansion' then amount else 0 end) as expansion,
        sum(case when movement <> 'expansion' then amount else 0 end) as losses
    from changes
    group by period_start_on

)

select
    opening.period_start_on,
    opening.opening_arr,
    coalesce(summed.expansion, 0) as expansion,
    coalesce(summed.losses, 0) as losses
from opening
left join summed
    on opening.period_start_on = summed.period_start_on
order by opening.period_start_on

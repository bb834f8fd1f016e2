-- Customers at the start of the fiscal year and their ARR then and now, one row per segment of today.
-- Params: as_of date.
-- Uses: visible_accounts, rates.
-- The year is the one that holds the as-of date. A customer is who had ARR on the day before it began; the
-- segment is that of the as-of date. At the rates of the as-of date.
with

years as (

    select
        period_start_on,
        period_end_on
    from fiscal_periods
    where
        grain = 'year'
        and period_start_on <= :as_of
        and period_end_on > :as_of

),

arr_by_account as (

    select
        visible_accounts.account_id,
        visible_accounts.segment,
        years.period_start_on,
        years.period_end_on,
        sum(
            case
                when
                    arr_spans.starts_on < years.period_start_on
                    and (arr_spans.ends_on is null or arr_spans.ends_on >= years.period_start_on)
                    then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
                else 0
            end
        ) as opening_arr,
        sum(
            case
                when
                    arr_spans.starts_on <= :as_of
                    and (arr_spans.ends_on is null or arr_spans.ends_on > :as_of)
                    then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
                else 0
            end
        ) as arr
    from visible_accounts
    inner join arr_spans
        on visible_accounts.account_id = arr_spans.account_id
    inner join rates
        on arr_spans.currency = rates.currency
    cross join years
    group by
        visible_accounts.account_id,
        visible_accounts.segment,
        years.period_start_on,
        years.period_end_on

)

select
    segment,
    period_start_on,
    period_end_on,
    count(*) as accounts,
    sum(opening_arr) as opening_arr,
    sum(arr) as arr,
    sum(case when arr < opening_arr then arr else opening_arr end) as kept_arr
from arr_by_account
where opening_arr > 0
group by segment, period_start_on, period_end_on
order by segment

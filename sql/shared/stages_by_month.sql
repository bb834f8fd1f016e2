-- Customers with their stage at twelve ends of months and on the as-of date, one row per day and account.
-- Params: as_of date, stage_limits varchar.
-- Uses: visible_accounts, rates, stage_stays.
-- A day's customers are those with ARR on it, at the rates of the as-of date; where no ARR was loaded, those
-- who had become customers and not churned. Filters keep accounts by what they are on the as-of date.
with

days as (

    select cast(:as_of as date) as day_on

    union all

    select ended.day_on
    from (
        select
            period_end_on - 1 as day_on,
            row_number() over (order by period_end_on desc nulls last) as months_back
        from fiscal_periods
        where
            grain = 'month'
            and period_end_on <= :as_of
    ) as ended
    where ended.months_back <= 12

),

held as (

    select
        visible_accounts.account_id,
        days.day_on,
        count(arr_spans.account_id) as spans,
        sum(case when arr_spans.arr <> 0 then 1 else 0 end) as paying,
        sum(
            case
                when arr_spans.arr <> 0
                    then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
            end
        ) as arr,
        max(accounts.customer_since) as customer_since,
        max(accounts.churned_on) as churned_on
    from visible_accounts
    inner join accounts
        on visible_accounts.account_id = accounts.account_id
    cross join days
    left join arr_spans
        on
            visible_accounts.account_id = arr_spans.account_id
            and days.day_on >= arr_spans.starts_on
            and (arr_spans.ends_on is null or days.day_on < arr_spans.ends_on)
    left join rates
        on arr_spans.currency = rates.currency
    group by visible_accounts.account_id, days.day_on

)

select
    held.account_id,
    held.day_on,
    coalesce(stage_stays.stage, 'not recorded') as stage,
    held.arr,
    stage_stays.entered_on,
    held.day_on - stage_stays.entered_on as days_in_stage,
    case when held.day_on - stage_stays.entered_on > stage_stays.limit_days then 1 else 0 end as is_stuck
from held
left join stage_stays
    on
        held.account_id = stage_stays.account_id
        and held.day_on >= stage_stays.entered_on
        and (stage_stays.left_on is null or held.day_on < stage_stays.left_on)
where
    held.arr > 0
    or (held.paying > 0 and held.arr is null)
    or (
        held.spans = 0
        and held.customer_since <= held.day_on
        and (held.churned_on is null or held.churned_on > held.day_on)
    )

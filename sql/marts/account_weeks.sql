-- State of every account at each week's last measurement, one row per account and week.
-- Params: account_from varchar, account_until varchar, as_of date, the health policy.
-- ARR is in the account's currency; that of an account in several is in the reporting currency, at the rates
-- of the day the data speak for.
-- Sorted by week inside a batch, so that a question about one week reads few row groups.
-- Uses: fresh_measures_by_week as measures, account_health, rates.
with

account_arr as (

    select
        arr_spans.account_id,
        arr_spans.currency,
        arr_spans.starts_on,
        coalesce(arr_spans.ends_on, date '9999-12-31') as ends_on,
        arr_spans.arr,
        cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2)) as reported_arr
    from arr_spans
    left join rates
        on arr_spans.currency = rates.currency
    where arr_spans.account_id >= :account_from and arr_spans.account_id < :account_until

),

week_arr as (

    select
        account_arr.account_id,
        weeks.week_on,
        case
            when count(distinct account_arr.currency) = 1 then sum(account_arr.arr)
            else sum(account_arr.reported_arr)
        end as arr,
        case
            when count(distinct account_arr.currency) = 1 then max(account_arr.currency)
            else cast(:reporting_currency as varchar)
        end as currency
    from account_arr
    inner join weeks
        on account_arr.starts_on <= weeks.state_on and account_arr.ends_on > weeks.state_on
    group by account_arr.account_id, weeks.week_on

)

select
    carried.account_id,
    carried.week_on,
    carried.state_on,
    account_spans.segment,
    account_spans.region,
    account_spans.csm_id,
    account_spans.lifecycle_stage,
    week_arr.currency,
    week_arr.arr,
    carried.deployment,
    carried.deployment_on,
    carried.engagement,
    carried.engagement_on,
    carried.adoption,
    carried.adoption_on,
    carried.roi,
    carried.roi_on,
    carried.nps,
    carried.nps_on,
    carried.support,
    carried.support_on,
    carried.sentiment,
    carried.sentiment_on,
    account_health.outcomes,
    account_health.experience,
    account_health.coverage,
    account_health.overall_score,
    account_health.health_band
from carried
inner join account_health
    on
        carried.account_id = account_health.account_id
        and carried.week_on = account_health.week_on
inner join account_spans
    on
        carried.account_id = account_spans.account_id
        and carried.state_on >= account_spans.valid_from_on
        and carried.state_on < account_spans.valid_to_on
left join week_arr
    on carried.account_id = week_arr.account_id and carried.week_on = week_arr.week_on
order by carried.week_on, carried.account_id

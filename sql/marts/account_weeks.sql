-- State of every account at each week's last measurement, one row per account and week.
-- Params: account_from varchar, account_until varchar, the health policy.
-- Sorted by week inside a batch, so that a question about one week reads few row groups.
-- Uses: fresh_measures_by_week as measures, account_health.
with

account_arr as (

    select
        account_id,
        currency,
        starts_on,
        coalesce(ends_on, date '9999-12-31') as ends_on,
        arr
    from arr_spans
    where account_id >= :account_from and account_id < :account_until

),

week_arr as (

    select
        account_arr.account_id,
        weeks.week_on,
        sum(account_arr.arr) as arr,
        max_by(account_arr.currency, account_arr.arr) as currency
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

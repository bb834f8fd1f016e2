-- Renewals of one account as they stood on the as-of date, one row per renewal, the last due first.
-- Params: as_of date, account_id varchar, since date, until date (exclusive): of the due date.
-- Uses: renewals_due.
-- The call is the CSM's latest by the as-of date.
with

calls as (

    select
        forecast_calls.renewal_id,
        forecast_calls.forecast_category,
        forecast_calls.likelihood,
        cast(forecast_calls.called_at as date) as called_on
    from forecast_calls
    where
        forecast_calls.source = 'csm'
        and cast(forecast_calls.called_at as date) <= :as_of
    qualify row_number() over (
        partition by forecast_calls.renewal_id
        order by forecast_calls.called_at desc nulls last, forecast_calls.call_id
    ) = 1

)

select
    renewals_due.renewal_id,
    renewals_due.due_on,
    renewals_due.status,
    renewals_due.closed_on,
    renewals_due.arr_due,
    renewals_due.arr_renewed,
    coalesce(calls.forecast_category, renewals_due.forecast_category) as csm_category,
    calls.likelihood as csm_likelihood,
    calls.called_on,
    renewals_due.renewal_likelihood,
    renewals_due.health_band,
    case when renewals_due.status = 'churned' then renewals.churn_reason end as reason
from renewals_due
inner join renewals
    on renewals_due.renewal_id = renewals.renewal_id
left join calls
    on renewals_due.renewal_id = calls.renewal_id
where renewals_due.account_id = :account_id
order by renewals_due.due_on desc nulls last, renewals_due.renewal_id

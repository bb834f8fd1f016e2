-- Changes at accounts that have a day, one row per change, whatever the day.
-- Params: as_of date, compared_on date, level varchar.
-- Uses: visible_accounts, rates, customers, unit_movements, band_changes, forecast_changes.
-- Movements of ARR, crossings of health and forecasts are those between compared_on and the as-of date; of
-- the others whoever asks keeps the days. The amount is what ARR moved by, else what is at stake, above zero
-- where the news is good. What has no table did not change.
select
    movement as kind,
    account_id,
    cast(null as varchar) as csm_id,
    effective_on as changed_on,
    amount as arr,
    arr - amount as arr_before,
    arr as arr_after,
    cast(null as varchar) as before,
    cast(null as varchar) as after,
    cast(null as varchar) as detail,
    cast(null as varchar) as source_id
from unit_movements

union all

select
    case when renewals.status = 'renewed' then 'renewed' else 'renewal lost' end as kind,
    renewals.account_id,
    cast(null as varchar) as csm_id,
    renewals.closed_on as changed_on,
    case
        when renewals.status = 'renewed'
            then cast(round(renewals.arr_renewed * rates.rate, 2) as decimal(38, 2))
        else -cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2))
    end as arr,
    cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_before,
    cast(round(renewals.arr_renewed * rates.rate, 2) as decimal(38, 2)) as arr_after,
    cast(null as varchar) as before,
    renewals.status as after,
    case
        when renewals.status = 'churned' then nullif(trim(renewals.churn_reason), '')
    end as detail,
    renewals.renewal_id as source_id
from renewals
inner join visible_accounts
    on renewals.account_id = visible_accounts.account_id
left join rates
    on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
where renewals.status in ('renewed', 'churned')

union all

select
    case
        when band_now = 'red' then 'became red'
        when band_now = 'green' then 'became green'
        else 'left red'
    end as kind,
    account_id,
    cast(null as varchar) as csm_id,
    changed_on,
    case when band_now = 'red' then -arr else arr end as arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    coalesce(band_before, 'not scored') as before,
    band_now as after,
    cast(null as varchar) as detail,
    cast(null as varchar) as source_id
from band_changes

union all

select
    kind,
    account_id,
    csm_id,
    changed_on,
    arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    category_before as before,
    category_now as after,
    detail,
    source_id
from forecast_changes

union all

select
    'risk opened' as kind,
    risks.account_id,
    cast(null as varchar) as csm_id,
    risks.opened_on as changed_on,
    -coalesce(customers.arr, case when customers.account_id is null then 0 end) as arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    cast(null as varchar) as before,
    risks.severity as after,
    risks.category as detail,
    risks.risk_id as source_id
from risks
left join customers
    on risks.account_id = customers.account_id

union all

select
    'risk escalated' as kind,
    risks.account_id,
    cast(null as varchar) as csm_id,
    risks.escalated_on as changed_on,
    -coalesce(customers.arr, case when customers.account_id is null then 0 end) as arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    'open' as before,
    'escalated' as after,
    risks.category as detail,
    risks.risk_id as source_id
from risks
left join customers
    on risks.account_id = customers.account_id
where risks.opened_on <= :as_of

union all

select
    'risk resolved' as kind,
    risks.account_id,
    cast(null as varchar) as csm_id,
    risks.resolved_on as changed_on,
    coalesce(customers.arr, case when customers.account_id is null then 0 end) as arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    case when risks.escalated_on <= risks.resolved_on then 'escalated' else 'open' end as before,
    'resolved' as after,
    risks.category as detail,
    risks.risk_id as source_id
from risks
left join customers
    on risks.account_id = customers.account_id
where risks.opened_on <= :as_of

union all

select
    'detractor' as kind,
    survey_responses.account_id,
    cast(null as varchar) as csm_id,
    survey_responses.responded_on as changed_on,
    -coalesce(customers.arr, case when customers.account_id is null then 0 end) as arr,
    cast(null as decimal(38, 2)) as arr_before,
    cast(null as decimal(38, 2)) as arr_after,
    cast(null as varchar) as before,
    cast(survey_responses.score as varchar) as after,
    survey_responses.persona as detail,
    survey_responses.response_id as source_id
from survey_responses
left join customers
    on survey_responses.account_id = customers.account_id
where
    survey_responses.survey = 'nps'
    and survey_responses.score < 7

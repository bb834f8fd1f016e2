-- What is known of one account on the as-of date, one row per account: one, or none where it is not visible.
-- Params: as_of date, account_id varchar, the health policy.
-- Uses: visible_accounts, account_arr, rates, measures_on_as_of as measures, account_health.
-- Use counts as long as a health measure does. Amounts are in the reporting currency; account_currency says
-- what the account pays in.
with

chosen as (

    select
        visible_accounts.account_id,
        visible_accounts.account_name,
        visible_accounts.segment,
        visible_accounts.region,
        visible_accounts.csm_id,
        visible_accounts.lifecycle_stage,
        account_spans.touch_model,
        accounts.csm_id as held_by,
        accounts.touch_model = 'pooled' as is_pooled,
        accounts.industry,
        accounts.maturity,
        accounts.customer_since,
        coalesce(visible_accounts.currency, :reporting_currency) as account_currency,
        case when accounts.churned_on <= :as_of then accounts.churned_on end as churned_on,
        case when accounts.stage_entered_on <= :as_of then accounts.stage_entered_on end
            as stage_entered_on
    from visible_accounts
    inner join accounts
        on visible_accounts.account_id = accounts.account_id
    inner join account_spans
        on
            visible_accounts.account_id = account_spans.account_id
            and account_spans.valid_from_on <= :as_of
            and account_spans.valid_to_on > :as_of
    where visible_accounts.account_id = :account_id

),

stages as (

    select
        account_id,
        max(valid_from_on) as stage_since_on
    from account_history
    where
        account_id = :account_id
        and field = 'lifecycle_stage'
        and valid_from_on <= :as_of
        and (valid_to_on is null or valid_to_on > :as_of)
    group by account_id

),

next_renewals as (

    select
        renewals.account_id,
        renewals.renewal_id,
        renewals.due_on,
        renewals.arr_due,
        renewals.currency,
        renewals.forecast_category,
        renewals.renewal_likelihood
    from renewals
    where
        renewals.account_id = :account_id
        and (renewals.status = 'open' or renewals.closed_on > :as_of)
    qualify row_number() over (
        partition by renewals.account_id
        order by renewals.due_on, renewals.arr_due desc nulls last, renewals.renewal_id
    ) = 1

),

calls as (

    select
        forecast_calls.renewal_id,
        forecast_calls.forecast_category,
        forecast_calls.likelihood
    from forecast_calls
    where
        forecast_calls.source = 'csm'
        and forecast_calls.renewal_id in (select next_renewals.renewal_id from next_renewals)
        and cast(forecast_calls.called_at as date) <= :as_of
    qualify row_number() over (
        partition by forecast_calls.renewal_id
        order by forecast_calls.called_at desc nulls last, forecast_calls.call_id
    ) = 1

),

used as (

    select
        usage_weekly.account_id,
        usage_weekly.week_on,
        usage_weekly.active_users,
        usage_weekly.licensed_seats,
        usage_weekly.features_used,
        usage_weekly.features_entitled
    from usage_weekly
    where
        usage_weekly.account_id = :account_id
        and usage_weekly.week_on + 6 <= cast(:as_of as date)
        and cast(:as_of as date) - usage_weekly.week_on - 6 <= :stale_after_days
    qualify row_number() over (
        partition by usage_weekly.account_id
        order by usage_weekly.week_on desc nulls last
    ) = 1

),

answered as (

    select
        survey_responses.account_id,
        survey_responses.responded_on,
        survey_responses.score,
        survey_responses.persona
    from survey_responses
    where
        survey_responses.account_id = :account_id
        and survey_responses.survey = 'nps'
        and survey_responses.score is not null
        and survey_responses.responded_on <= :as_of
    qualify row_number() over (
        partition by survey_responses.account_id
        order by survey_responses.responded_on desc nulls last, survey_responses.response_id
    ) = 1

),

touched as (

    select
        account_id,
        max(cast(happened_at as date)) as last_touch_on
    from timeline_entries
    where account_id = :account_id and cast(happened_at as date) <= :as_of
    group by account_id

),

cases as (

    select
        account_id,
        count(*) as open_cases
    from support_cases
    where
        account_id = :account_id
        and cast(opened_at as date) <= :as_of
        and (closed_at is null or cast(closed_at as date) > :as_of)
    group by account_id

),

risks_open as (

    select
        account_id,
        count(*) as open_risks
    from risks
    where
        account_id = :account_id
        and opened_on <= :as_of
        and (resolved_on is null or resolved_on > :as_of)
    group by account_id

)

select
    chosen.account_id,
    chosen.account_name,
    chosen.segment,
    chosen.region,
    chosen.industry,
    chosen.csm_id,
    chosen.held_by,
    chosen.is_pooled,
    team_members.name as csm_name,
    managers.name as manager_name,
    chosen.touch_model,
    chosen.lifecycle_stage,
    coalesce(stages.stage_since_on, chosen.stage_entered_on) as stage_since_on,
    chosen.maturity,
    chosen.customer_since,
    chosen.churned_on,
    chosen.account_currency,
    account_arr.arr,
    account_health.health_band,
    account_health.overall_score,
    account_health.outcomes,
    account_health.experience,
    account_health.coverage,
    next_renewals.renewal_id,
    next_renewals.due_on,
    cast(round(next_renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due,
    coalesce(calls.forecast_category, next_renewals.forecast_category) as csm_category,
    calls.likelihood as csm_likelihood,
    next_renewals.renewal_likelihood,
    used.week_on as usage_week_on,
    used.active_users,
    used.licensed_seats,
    used.features_used,
    used.features_entitled,
    answered.responded_on as answered_on,
    answered.score as nps_score,
    answered.persona,
    touched.last_touch_on,
    coalesce(cases.open_cases, 0) as open_cases,
    coalesce(risks_open.open_risks, 0) as open_risks
from chosen
left join stages
    on chosen.account_id = stages.account_id
left join team_members
    on chosen.csm_id = team_members.member_id
left join team_members as managers
    on team_members.manager_id = managers.member_id
left join account_arr
    on chosen.account_id = account_arr.account_id
left join account_health
    on chosen.account_id = account_health.account_id
left join next_renewals
    on chosen.account_id = next_renewals.account_id
left join calls
    on next_renewals.renewal_id = calls.renewal_id
left join rates
    on coalesce(next_renewals.currency, chosen.account_currency) = rates.currency
left join used
    on chosen.account_id = used.account_id
left join answered
    on chosen.account_id = answered.account_id
left join touched
    on chosen.account_id = touched.account_id
left join cases
    on chosen.account_id = cases.account_id
left join risks_open
    on chosen.account_id = risks_open.account_id
order by chosen.account_id

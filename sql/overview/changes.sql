-- What changed at accounts since an earlier day, one row per change, the largest amount first.
-- Params: as_of date, compared_on date, since date, until date (exclusive), known_on date, level varchar.
-- Uses: unit_movements, band_changes, forecast_changes.
-- Rests on: accounts.
-- Changes are those after compared_on up to the as-of date. Movements of ARR are those of the bridge between
-- the two days, at the rates of the as-of date, and sum to its difference. Of all else the amount is what is
-- at stake, above zero where the news is good. What has no table did not change.
with

found as (

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

)

select
    found.kind,
    found.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    team_members.name as csm_name,
    found.changed_on,
    found.arr,
    found.arr_before,
    found.arr_after,
    found.before,
    found.after,
    found.detail,
    found.source_id
from found
left join visible_accounts
    on found.account_id = visible_accounts.account_id
left join team_members
    on coalesce(visible_accounts.csm_id, found.csm_id) = team_members.member_id
where
    found.changed_on > :compared_on
    and found.changed_on <= :as_of
    and (cast(:since as date) is null or found.changed_on >= :since)
    and (cast(:until as date) is null or found.changed_on < :until)
    and (visible_accounts.account_id is not null or found.account_id is null)
order by
    abs(found.arr) desc nulls last,
    found.account_id,
    found.changed_on,
    found.kind,
    found.source_id

-- Renewals as they were known on past days, one row per snapshot day and renewal open on it.
-- Params: as_of date, seen_since date: no snapshot day before it, most integer: rows of a past snapshot day.
-- Uses: visible_accounts, rates.
-- Rests on: renewals.
-- Snapshot days are the starts of fiscal quarters since health is measured, and the as-of date. Everything
-- was known on the snapshot day: of health only weeks that had ended, of calls those made before it, and no
-- renewal whose term had neither begun nor been signed. Likelihood and category of the renewal itself are
-- left out, for nobody wrote down when they were entered. Only status, closed_on, arr_renewed and
-- renewed_share are as known on the as-of date. Amounts are at the rates of the as-of date.
with

quarters as (

    select
        period_start_on,
        period_end_on,
        row_number() over (order by period_start_on) as place
    from fiscal_periods
    where grain = 'quarter'

),

first_week as (

    select min(weeks.week_on) as week_on
    from weeks
    where weeks.week_on + 6 < cast(:as_of as date)

),

snapshots as (

    select quarters.period_start_on as snapshot_on
    from quarters
    cross join first_week
    where
        quarters.period_start_on >= :seen_since
        and quarters.period_start_on < :as_of
        and (first_week.week_on is null or first_week.week_on + 6 < quarters.period_start_on)

    union all

    select cast(:as_of as date) as snapshot_on

),

snapshot_weeks as (

    select
        snapshots.snapshot_on,
        max(weeks.week_on) as week_on,
        max(case when weeks.week_on + 97 < snapshots.snapshot_on then weeks.week_on end) as week_before
    from snapshots
    inner join weeks
        on
            weeks.week_on + 6 < snapshots.snapshot_on
            and snapshots.snapshot_on - weeks.week_on <= 6 + 91 + :stale_after_days
    group by snapshots.snapshot_on

),

terms as (

    select
        renewals.renewal_id,
        renewals.account_id,
        visible_accounts.account_name,
        renewals.due_on,
        rates.rate,
        renewals.arr_due,
        case
            when renewals.status <> 'open' and coalesce(renewals.closed_on, :as_of) <= :as_of
                then renewals.status
            else 'open'
        end as status,
        case
            when renewals.status <> 'open' and coalesce(renewals.closed_on, :as_of) <= :as_of
                then coalesce(
                    renewals.closed_on,
                    case when renewals.due_on < :as_of then renewals.due_on else :as_of end
                )
        end as closed_on,
        renewals.arr_renewed,
        subscriptions.term_months,
        subscriptions.uplift_share,
        case
            when subscriptions.signed_on < subscriptions.starts_on then subscriptions.signed_on
            else subscriptions.starts_on
        end as known_on
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join subscriptions
        on renewals.subscription_id = subscriptions.subscription_id
    left join rates
        on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency

),

seen as (

    select
        snapshots.snapshot_on,
        terms.renewal_id,
        terms.account_id,
        terms.account_name,
        terms.due_on,
        terms.rate,
        terms.arr_due,
        terms.status,
        terms.closed_on,
        terms.arr_renewed,
        terms.term_months,
        terms.uplift_share
    from terms
    inner join snapshots
        on
            terms.due_on >= snapshots.snapshot_on - 92
            and terms.due_on < cast(snapshots.snapshot_on + interval '15 month' as date)
            and (terms.closed_on is null or terms.closed_on > snapshots.snapshot_on)
            and (terms.known_on is null or terms.known_on <= snapshots.snapshot_on)
    qualify
        snapshots.snapshot_on = cast(:as_of as date)
        or row_number() over (
            partition by snapshots.snapshot_on
            order by md5(terms.renewal_id), terms.renewal_id
        ) <= :most

),

latest_calls as (

    select
        seen.snapshot_on,
        seen.renewal_id,
        forecast_calls.source,
        forecast_calls.forecast_category,
        forecast_calls.likelihood,
        cast(round(forecast_calls.amount * seen.rate, 2) as decimal(38, 2)) as amount
    from seen
    inner join forecast_calls
        on
            seen.renewal_id = forecast_calls.renewal_id
            and cast(forecast_calls.called_at as date) < seen.snapshot_on
            and cast(forecast_calls.called_at as date) >= seen.snapshot_on - 184
    where forecast_calls.source in ('csm', 'manager')
    qualify row_number() over (
        partition by seen.snapshot_on, seen.renewal_id, forecast_calls.source
        order by forecast_calls.called_at desc nulls last, forecast_calls.call_id
    ) = 1

),

calls as (

    select
        snapshot_on,
        renewal_id,
        max(case when source = 'csm' then likelihood end) as csm_likelihood,
        max(case when source = 'csm' then forecast_category end) as csm_category,
        max(case when source = 'csm' then amount end) as csm_amount,
        max(case when source = 'manager' then likelihood end) as manager_likelihood,
        max(case when source = 'manager' then forecast_category end) as manager_category
    from latest_calls
    group by snapshot_on, renewal_id

),

accounts_seen as (

    select distinct
        snapshot_on,
        account_id
    from seen

),

risks_seen as (

    select
        accounts_seen.snapshot_on,
        accounts_seen.account_id,
        count(*) as open_risks
    from accounts_seen
    inner join risks
        on
            accounts_seen.account_id = risks.account_id
            and accounts_seen.snapshot_on >= risks.opened_on
            and (risks.resolved_on is null or accounts_seen.snapshot_on < risks.resolved_on)
    group by accounts_seen.snapshot_on, accounts_seen.account_id

),

touches_seen as (

    select
        accounts_seen.snapshot_on,
        accounts_seen.account_id,
        max(cast(timeline_entries.happened_at as date)) as executive_on
    from accounts_seen
    inner join timeline_entries
        on
            accounts_seen.account_id = timeline_entries.account_id
            and cast(timeline_entries.happened_at as date) <= accounts_seen.snapshot_on
    where timeline_entries.executive or timeline_entries.kind = 'ebr'
    group by accounts_seen.snapshot_on, accounts_seen.account_id

)

select
    seen.snapshot_on,
    seen.renewal_id,
    seen.account_id,
    seen.account_name,
    account_spans.segment,
    account_spans.csm_id,
    seen.due_on,
    due_quarters.period_start_on as due_quarter,
    due_quarters.period_end_on as due_quarter_end,
    due_years.period_start_on as due_year,
    due_quarters.place - snapshot_quarters.place as horizon,
    seen.due_on - seen.snapshot_on as days_to_due,
    cast(round(seen.arr_due * seen.rate, 2) as decimal(38, 2)) as arr_due,
    seen.term_months,
    coalesce(seen.term_months < 6, false) as is_short_term,
    seen.uplift_share,
    seen.snapshot_on - accounts.customer_since as tenure_days,
    latest.health_band,
    latest.overall_score,
    latest.overall_score - earlier.overall_score as overall_change,
    latest.outcomes,
    latest.experience,
    latest.nps,
    latest.adoption,
    latest.deployment,
    latest.engagement,
    calls.csm_likelihood,
    calls.csm_category,
    calls.csm_amount,
    calls.manager_likelihood,
    calls.manager_category,
    coalesce(risks_seen.open_risks, 0) as open_risks,
    seen.snapshot_on - touches_seen.executive_on as days_since_executive,
    seen.status,
    seen.closed_on,
    case
        when seen.status = 'renewed' then cast(round(seen.arr_renewed * seen.rate, 2) as decimal(38, 2))
        when seen.status = 'churned' then cast(0 as decimal(38, 2))
    end as arr_renewed,
    case
        when seen.status = 'renewed'
            then
                cast(seen.arr_renewed as double precision)
                / nullif(cast(seen.arr_due as double precision), 0)
        when seen.status = 'churned' then 0
    end as renewed_share
from seen
inner join accounts
    on seen.account_id = accounts.account_id
inner join account_spans
    on
        seen.account_id = account_spans.account_id
        and seen.snapshot_on >= account_spans.valid_from_on
        and seen.snapshot_on < account_spans.valid_to_on
left join quarters as due_quarters
    on
        seen.due_on >= due_quarters.period_start_on
        and seen.due_on < due_quarters.period_end_on
left join quarters as snapshot_quarters
    on
        seen.snapshot_on >= snapshot_quarters.period_start_on
        and seen.snapshot_on < snapshot_quarters.period_end_on
left join fiscal_periods as due_years
    on
        due_years.grain = 'year'
        and seen.due_on >= due_years.period_start_on
        and seen.due_on < due_years.period_end_on
left join snapshot_weeks
    on seen.snapshot_on = snapshot_weeks.snapshot_on
left join account_weeks as latest
    on
        seen.account_id = latest.account_id
        and snapshot_weeks.week_on = latest.week_on
        and seen.snapshot_on - latest.week_on <= 6 + :stale_after_days
left join account_weeks as earlier
    on
        seen.account_id = earlier.account_id
        and snapshot_weeks.week_before = earlier.week_on
left join calls
    on
        seen.snapshot_on = calls.snapshot_on
        and seen.renewal_id = calls.renewal_id
left join risks_seen
    on
        seen.snapshot_on = risks_seen.snapshot_on
        and seen.account_id = risks_seen.account_id
left join touches_seen
    on
        seen.snapshot_on = touches_seen.snapshot_on
        and seen.account_id = touches_seen.account_id
order by seen.snapshot_on, seen.due_on, seen.renewal_id

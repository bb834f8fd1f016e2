-- Renewals as they stood on the as-of date, one row per renewal; amounts in the reporting currency.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: visible_accounts, rates, measures_on_as_of as measures, account_health.
-- Rests on: renewals.
-- What closed after the as-of date was still open on it. The health band is that of the as-of date while a
-- renewal is open, and that of the week before it closed once it is closed.
select
    renewals.renewal_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    visible_accounts.csm_id,
    renewals.due_on,
    coalesce(
        fiscal_periods.period_start_on, cast(date_trunc('quarter', renewals.due_on) as date)
    ) as due_quarter,
    case
        when renewals.status <> 'open' and coalesce(renewals.closed_on, :as_of) <= :as_of
            then renewals.status
        else 'open'
    end as status,
    case
        when renewals.status <> 'open' and coalesce(renewals.closed_on, :as_of) <= :as_of
            then renewals.closed_on
    end as closed_on,
    case
        when renewals.status <> 'open' and coalesce(renewals.closed_on, :as_of) <= :as_of
            then closing_bands.health_band
        else account_health.health_band
    end as health_band,
    account_health.overall_score,
    renewals.forecast_category,
    renewals.renewal_likelihood,
    cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due,
    case
        when renewals.status = 'renewed' and coalesce(renewals.closed_on, :as_of) <= :as_of
            then cast(round(renewals.arr_renewed * rates.rate, 2) as decimal(38, 2))
    end as arr_renewed,
    case
        when renewals.status = 'renewed' and coalesce(renewals.closed_on, :as_of) <= :as_of
            then cast(
                round(
                    case
                        when renewals.arr_renewed > renewals.arr_due then renewals.arr_due
                        else renewals.arr_renewed
                    end * rates.rate,
                    2
                ) as decimal(38, 2)
            )
    end as arr_renewed_capped
from renewals
inner join visible_accounts
    on renewals.account_id = visible_accounts.account_id
left join rates
    on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
left join fiscal_periods
    on
        fiscal_periods.grain = 'quarter'
        and renewals.due_on >= fiscal_periods.period_start_on
        and renewals.due_on < fiscal_periods.period_end_on
left join account_health
    on renewals.account_id = account_health.account_id
left join closing_bands
    on renewals.renewal_id = closing_bands.renewal_id
where
    (cast(:since as date) is null or renewals.due_on >= :since)
    and (cast(:until as date) is null or renewals.due_on < :until)

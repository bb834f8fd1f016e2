-- Advocacy events that had happened by the as-of date, one row per event; ARR in the reporting currency.
-- Params: as_of date.
-- Uses: visible_accounts, rates.
-- Rests on: advocacy_events.
-- An amount that was not entered, or has no rate, is null.
select
    advocacy_events.event_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.csm_id,
    advocacy_events.member_id,
    coalesce(nullif(trim(advocacy_events.kind), ''), 'Unknown') as kind,
    coalesce(advocacy_events.qualifies_as, 'neither') as qualifies_as,
    advocacy_events.happened_on,
    coalesce(
        fiscal_periods.period_start_on, cast(date_trunc('quarter', advocacy_events.happened_on) as date)
    ) as quarter_on,
    cast(round(advocacy_events.influenced_arr * rates.rate, 2) as decimal(38, 2)) as influenced_arr
from advocacy_events
inner join visible_accounts
    on advocacy_events.account_id = visible_accounts.account_id
left join rates
    on
        coalesce(advocacy_events.currency, visible_accounts.currency, :reporting_currency)
        = rates.currency
left join fiscal_periods
    on
        fiscal_periods.grain = 'quarter'
        and advocacy_events.happened_on >= fiscal_periods.period_start_on
        and advocacy_events.happened_on < fiscal_periods.period_end_on
where advocacy_events.happened_on <= :as_of

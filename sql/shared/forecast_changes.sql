-- Open renewals and opportunities whose forecast category changed since an earlier day, one row per item.
-- Params: as_of date, compared_on date: the earlier day.
-- Uses: visible_accounts, rates, opportunities_as_of.
-- A renewal's category is that of its CSM's call, as in sql/calls/between.sql. The amount is above zero where
-- the new category is the surer one; a category nobody expected has no place among them.
with

calls as (

    select
        forecast_calls.renewal_id,
        forecast_calls.forecast_category,
        forecast_calls.amount,
        forecast_calls.called_at,
        forecast_calls.call_id,
        cast(forecast_calls.called_at as date) as called_on
    from forecast_calls
    where
        forecast_calls.source = 'csm'
        and cast(forecast_calls.called_at as date) <= :as_of

),

calls_before as (

    select
        renewal_id,
        forecast_category,
        amount
    from calls
    where called_on <= :compared_on
    qualify row_number() over (
        partition by renewal_id
        order by called_at desc nulls last, call_id
    ) = 1

),

calls_now as (

    select
        renewal_id,
        forecast_category,
        amount,
        called_on
    from calls
    qualify row_number() over (
        partition by renewal_id
        order by called_at desc nulls last, call_id
    ) = 1

),

-- The day of the first call since which the category is what it is now; of calls made at one moment the
-- latest speaks for all.
other_calls as (

    select
        calls_now.renewal_id,
        max(calls.called_at) as called_at
    from calls_now
    inner join calls
        on calls_now.renewal_id = calls.renewal_id
    where calls.forecast_category is distinct from calls_now.forecast_category
    group by calls_now.renewal_id

),

call_days as (

    select
        other_calls.renewal_id,
        min(calls.called_on) as called_on
    from other_calls
    inner join calls
        on other_calls.renewal_id = calls.renewal_id and other_calls.called_at < calls.called_at
    group by other_calls.renewal_id

),

recalled as (

    select
        renewals.renewal_id,
        renewals.account_id,
        coalesce(call_days.called_on, calls_now.called_on) as called_on,
        calls_before.forecast_category as category_before,
        calls_now.forecast_category as category_now,
        cast(
            round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)
        ) as arr_due
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    inner join calls_before
        on renewals.renewal_id = calls_before.renewal_id
    inner join calls_now
        on renewals.renewal_id = calls_now.renewal_id
    left join call_days
        on renewals.renewal_id = call_days.renewal_id
    left join rates
        on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    where
        renewals.due_on >= :as_of
        and (renewals.status = 'open' or renewals.closed_on > :as_of)
        and calls_before.amount is not null
        and calls_now.amount is not null
        and coalesce(calls_before.forecast_category, '') <> coalesce(calls_now.forecast_category, '')

),

changed_categories as (

    select
        opportunity_id,
        changed_at,
        old_value,
        new_value,
        row_number() over (partition by opportunity_id order by changed_at, old_value) as place,
        row_number() over (
            partition by opportunity_id
            order by changed_at desc nulls last, old_value desc nulls last
        ) as place_from_end
    from opportunity_history
    where
        field = 'forecast_category'
        and cast(changed_at as date) > :compared_on
        and cast(changed_at as date) <= :as_of

),

moved_opportunities as (

    select
        opportunity_id,
        cast(max(changed_at) as date) as changed_on,
        max(case when place = 1 then old_value end) as category_before,
        max(case when place_from_end = 1 then new_value end) as category_now
    from changed_categories
    group by opportunity_id

),

reforecast as (

    select
        opportunities_as_of.opportunity_id,
        opportunities_as_of.account_id,
        opportunities_as_of.csm_id,
        opportunities_as_of.kind,
        opportunities_as_of.amount,
        moved_opportunities.changed_on,
        moved_opportunities.category_before,
        moved_opportunities.category_now
    from opportunities_as_of
    inner join moved_opportunities
        on opportunities_as_of.opportunity_id = moved_opportunities.opportunity_id
    where
        opportunities_as_of.outcome = 'open'
        and moved_opportunities.category_before is distinct from moved_opportunities.category_now

),

forecasts as (

    select
        'renewal forecast' as kind,
        recalled.account_id,
        cast(null as varchar) as csm_id,
        recalled.called_on as changed_on,
        recalled.arr_due as stake,
        recalled.category_before,
        recalled.category_now,
        cast(null as varchar) as detail,
        recalled.renewal_id as source_id
    from recalled

    union all

    select
        'opportunity forecast' as kind,
        reforecast.account_id,
        reforecast.csm_id,
        reforecast.changed_on,
        reforecast.amount as stake,
        reforecast.category_before,
        reforecast.category_now,
        reforecast.kind as detail,
        reforecast.opportunity_id as source_id
    from reforecast

),

ranked as (

    select
        kind,
        account_id,
        csm_id,
        changed_on,
        stake,
        category_before,
        category_now,
        detail,
        source_id,
        case category_before
            when 'commit' then 4
            when 'best_case' then 3
            when 'pipeline' then 2
            when 'at_risk' then 1
            when 'omitted' then 0
        end as rank_before,
        case category_now
            when 'commit' then 4
            when 'best_case' then 3
            when 'pipeline' then 2
            when 'at_risk' then 1
            when 'omitted' then 0
        end as rank_now
    from forecasts

)

select
    kind,
    account_id,
    csm_id,
    changed_on,
    category_before,
    category_now,
    detail,
    source_id,
    case
        when rank_now > rank_before then stake
        when rank_now < rank_before then -stake
    end as arr
from ranked

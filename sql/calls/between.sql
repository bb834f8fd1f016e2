-- What became of the calls of one day by another, one row per renewal that was called on either.
-- Params: as_of date, compared_on date: the day before it, source varchar: whose calls,
--         since date, until date (exclusive).
-- Uses: visible_accounts, rates.
-- Rests on: renewals, forecast_calls.
-- The window is on the due date. A call of a day is the latest one of the source up to the end of that day,
-- UTC, of a renewal that is open on it and not past due; without an amount it is no call. Outcomes are as
-- known on each day; a renewal that closed on no known day counts as closed on both. Amounts of both days
-- are at the exchange rates of the as-of date, so that no step is a rate's.
with

days as (

    select
        'opening' as side,
        cast(:compared_on as date) as called_on

    union all

    select
        'closing' as side,
        cast(:as_of as date) as called_on

),

due as (

    select
        renewals.renewal_id,
        renewals.due_on,
        renewals.status,
        renewals.closed_on,
        visible_accounts.account_id,
        visible_accounts.account_name,
        visible_accounts.segment,
        visible_accounts.csm_id,
        rates.rate,
        cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due,
        cast(round(renewals.arr_renewed * rates.rate, 2) as decimal(38, 2)) as arr_renewed,
        coalesce(
            fiscal_periods.period_start_on, cast(date_trunc('quarter', renewals.due_on) as date)
        ) as due_quarter,
        coalesce(
            fiscal_periods.period_end_on,
            cast(date_trunc('quarter', renewals.due_on) + interval '3 month' as date)
        ) as due_quarter_end
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join rates
        on
            coalesce(renewals.currency, visible_accounts.currency, :reporting_currency)
            = rates.currency
    left join fiscal_periods
        on
            fiscal_periods.grain = 'quarter'
            and renewals.due_on >= fiscal_periods.period_start_on
            and renewals.due_on < fiscal_periods.period_end_on
    where
        (cast(:since as date) is null or renewals.due_on >= :since)
        and (cast(:until as date) is null or renewals.due_on < :until)

),

latest_calls as (

    select
        days.side,
        due.renewal_id,
        forecast_calls.forecast_category as category,
        case
            when
                due.due_on >= days.called_on
                and (due.status = 'open' or due.closed_on > days.called_on)
                then cast(round(forecast_calls.amount * due.rate, 2) as decimal(38, 2))
        end as amount
    from due
    inner join forecast_calls
        on due.renewal_id = forecast_calls.renewal_id
    inner join days
        on cast(forecast_calls.called_at as date) <= days.called_on
    where forecast_calls.source = :source
    qualify row_number() over (
        partition by days.side, due.renewal_id
        order by forecast_calls.called_at desc nulls last, forecast_calls.call_id
    ) = 1

),

called as (

    select
        renewal_id,
        max(case when side = 'opening' and amount is not null then category end) as opening_category,
        max(case when side = 'opening' then amount end) as opening_amount,
        max(case when side = 'closing' and amount is not null then category end) as closing_category,
        max(case when side = 'closing' then amount end) as closing_amount
    from latest_calls
    group by renewal_id
    having
        max(case when side = 'opening' then amount end) is not null
        or max(case when side = 'closing' then amount end) is not null

)

select
    due.renewal_id,
    due.account_id,
    due.account_name,
    due.segment,
    team_members.name as csm_name,
    due.due_on,
    due.due_quarter,
    case
        when due.closed_on <= :as_of then due.status
        else 'open'
    end as outcome,
    case when due.closed_on <= :as_of then due.closed_on end as closed_on,
    due.arr_due,
    case when due.status = 'renewed' and due.closed_on <= :as_of then due.arr_renewed end as arr_renewed,
    called.opening_category,
    called.opening_amount,
    called.closing_category,
    called.closing_amount,
    case
        when called.opening_amount is null then 'new'
        when called.closing_amount is null and due.closed_on <= :as_of
            then
                case
                    when due.status = 'churned' then 'lost'
                    when due.closed_on >= due.due_quarter_end then 'slipped'
                    else 'won'
                end
        when called.closing_amount is null and due.due_on < :as_of then 'slipped'
        when called.closing_amount is null then 'withdrawn'
        when coalesce(called.opening_category, '') <> coalesce(called.closing_category, '')
            then 're-classified'
        when called.opening_amount <> called.closing_amount then 'amount changed'
        else 'unchanged'
    end as change_kind,
    coalesce(called.closing_amount, 0) - coalesce(called.opening_amount, 0) as change_amount
from called
inner join due
    on called.renewal_id = due.renewal_id
left join team_members
    on due.csm_id = team_members.member_id
order by due.due_on, due.renewal_id

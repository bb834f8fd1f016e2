-- Renewals and what the retention policy makes of them, one row per renewal and counted anniversary.
-- Params: as_of date, since date, until date (exclusive), period varchar: month, quarter or year, the rules.
-- Uses: visible_accounts, rates, anniversaries.
-- Rests on: renewals.
-- What closed after the as-of date was still open on it; one that closed on no known day was not late. The
-- window is on the day a renewal counts on. A term is short when it has less than six months; a renewal that
-- names no contract line has the terms of the account's lines, begun by the as-of date, that end that day and
-- is short if all are.
with

lines as (

    select
        subscription_id,
        account_id,
        starts_on,
        ends_on,
        case
            when term_months is not null and term_months < 6 then 1
            when term_months is null and ends_on < cast(starts_on + interval '6 months' as date) then 1
            else 0
        end as is_short
    from subscriptions

),

line_ends as (

    select
        account_id,
        ends_on,
        min(is_short) as is_short
    from lines
    where ends_on is not null and starts_on <= :as_of
    group by account_id, ends_on

),

stood as (

    select
        renewals.renewal_id,
        renewals.subscription_id,
        renewals.account_id,
        renewals.due_on,
        renewals.arr_due,
        coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) as currency,
        case
            when renewals.status in ('renewed', 'churned') and coalesce(renewals.closed_on, :as_of) <= :as_of
                then renewals.status
            else 'open'
        end as status,
        case
            when renewals.status in ('renewed', 'churned') and renewals.closed_on <= :as_of
                then renewals.closed_on
        end as closed_on,
        case
            when renewals.status = 'renewed' and coalesce(renewals.closed_on, :as_of) <= :as_of
                then renewals.arr_renewed
        end as arr_renewed
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id

),

placed as (

    select
        stood.renewal_id,
        stood.subscription_id,
        stood.account_id,
        stood.due_on,
        stood.status,
        stood.closed_on,
        case
            when :early_renewals = 'close_date' and stood.closed_on < stood.due_on then stood.closed_on
            else stood.due_on
        end as counted_on,
        coalesce(
            case when stood.status = 'open' then cast(:as_of as date) else stood.closed_on end
            - stood.due_on,
            0
        ) as days_late,
        cast(round(stood.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due,
        cast(round(stood.arr_renewed * rates.rate, 2) as decimal(38, 2)) as arr_renewed
    from stood
    left join rates
        on stood.currency = rates.currency

),

in_window as (

    select
        placed.renewal_id,
        placed.account_id,
        placed.due_on,
        placed.counted_on,
        placed.closed_on,
        placed.arr_due,
        placed.arr_renewed,
        case
            when
                :month_to_month = 'excluded'
                and 1 = case
                    when placed.subscription_id is null then line_ends.is_short
                    else lines.is_short
                end
                then 'month to month'
            when placed.status = 'churned' or placed.days_late <= 0 or :late_renewals = 'renewed'
                then placed.status
            when :late_renewals = 'excluded' and placed.days_late <= :grace_days then 'late, within grace'
            when :late_renewals = 'churned' and placed.status = 'renewed' then 'windfall'
            else 'late, churn'
        end as outcome
    from placed
    left join lines
        on placed.subscription_id = lines.subscription_id
    left join line_ends
        on placed.account_id = line_ends.account_id and placed.due_on = line_ends.ends_on
    where
        (cast(:since as date) is null or placed.counted_on >= :since)
        and (cast(:until as date) is null or placed.counted_on < :until)

    union all

    select
        cast(null as varchar) as renewal_id,
        account_id,
        due_on,
        due_on as counted_on,
        cast(null as date) as closed_on,
        arr as arr_due,
        arr as arr_renewed,
        'anniversary' as outcome
    from anniversaries

),

days as (

    select distinct counted_on
    from in_window

),

periods as (

    select
        days.counted_on,
        coalesce(
            fiscal_periods.period_start_on,
            case
                when :period = 'month' then cast(date_trunc('month', days.counted_on) as date)
                when :period = 'quarter' then cast(date_trunc('quarter', days.counted_on) as date)
                else cast(date_trunc('year', days.counted_on) as date)
            end
        ) as counted_in
    from days
    left join fiscal_periods
        on
            fiscal_periods.grain = :period
            and days.counted_on >= fiscal_periods.period_start_on
            and days.counted_on < fiscal_periods.period_end_on

),

judged as (

    select
        in_window.renewal_id,
        in_window.account_id,
        in_window.due_on,
        periods.counted_in,
        in_window.closed_on,
        in_window.arr_due,
        in_window.arr_renewed,
        case
            when in_window.outcome in ('renewed', 'anniversary') and in_window.arr_renewed is null
                then 'amount unknown'
            when
                in_window.outcome in ('renewed', 'churned', 'late, churn', 'windfall')
                and in_window.arr_due is null
                then 'amount unknown'
            else in_window.outcome
        end as outcome
    from in_window
    inner join periods
        on in_window.counted_on = periods.counted_on

),

decided as (

    select
        renewal_id,
        account_id,
        due_on,
        counted_in,
        closed_on,
        arr_due,
        arr_renewed,
        outcome,
        outcome in ('renewed', 'anniversary') as is_renewed,
        outcome in ('renewed', 'anniversary', 'churned', 'late, churn', 'windfall') as is_decided
    from judged

)

select
    decided.renewal_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    visible_accounts.csm_id,
    decided.due_on,
    decided.counted_in,
    decided.closed_on,
    decided.arr_due,
    decided.arr_renewed,
    case when decided.is_decided then decided.arr_due end as counted_arr_due,
    case
        when decided.is_renewed then decided.arr_renewed
        when decided.is_decided then cast(0 as decimal(38, 2))
    end as counted_arr_renewed,
    case
        when decided.is_renewed and decided.arr_renewed < decided.arr_due then decided.arr_renewed
        when decided.is_renewed then decided.arr_due
        when decided.is_decided then cast(0 as decimal(38, 2))
    end as counted_arr_capped,
    decided.outcome,
    decided.is_renewed,
    decided.is_decided
from decided
inner join visible_accounts
    on decided.account_id = visible_accounts.account_id

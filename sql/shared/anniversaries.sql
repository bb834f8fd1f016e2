-- Anniversaries inside contracts of two years and more, one row per account and day.
-- Params: as_of date, since date, until date (exclusive), multi_year varchar: excluded or anniversaries.
-- Uses: visible_accounts, rates, digits.
-- A line that began on 29 February has its anniversaries on the 28th in other years. One without an end is
-- followed through its first term. An anniversary that the company keeps as a renewal is not counted twice.
with

numbers as (

    select 10 * tens.digit + ones.digit as number
    from digits as tens
    cross join digits as ones

),

long_lines as (

    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        coalesce(subscriptions.currency, visible_accounts.currency, :reporting_currency) as currency,
        subscriptions.arr,
        subscriptions.starts_on,
        subscriptions.ends_on,
        subscriptions.term_months
    from subscriptions
    inner join visible_accounts
        on subscriptions.account_id = visible_accounts.account_id
    where
        :multi_year = 'anniversaries'
        and subscriptions.arr > 0
        and (
            subscriptions.term_months >= 24
            or subscriptions.ends_on >= cast(subscriptions.starts_on + interval '2 years' as date)
        )

),

first_days as (

    select distinct starts_on
    from long_lines

),

named as (

    select
        first_days.starts_on,
        numbers.number,
        cast(extract(year from first_days.starts_on) + numbers.number as varchar) as in_year,
        lpad(cast(extract(month from first_days.starts_on) as varchar), 2, '0') as in_month,
        lpad(cast(extract(day from first_days.starts_on) as varchar), 2, '0') as in_day
    from first_days
    inner join numbers
        on
            numbers.number >= 1
            and extract(year from first_days.starts_on) + numbers.number
            <= extract(year from cast(:as_of as date))

),

in_years as (

    select
        starts_on,
        number,
        coalesce(
            try_cast(in_year || '-' || in_month || '-' || in_day as date),
            try_cast(in_year || '-02-28' as date)
        ) as due_on
    from named

),

dated as (

    select
        long_lines.subscription_id,
        long_lines.account_id,
        long_lines.currency,
        long_lines.arr,
        in_years.due_on
    from long_lines
    inner join in_years
        on long_lines.starts_on = in_years.starts_on
    where
        in_years.due_on <= :as_of
        and (cast(:since as date) is null or in_years.due_on >= :since)
        and (cast(:until as date) is null or in_years.due_on < :until)
        and (in_years.due_on < long_lines.ends_on or long_lines.ends_on is null)
        and (long_lines.ends_on is not null or 12 * in_years.number < long_lines.term_months)

),

line_ends as (

    select distinct
        account_id,
        ends_on
    from subscriptions
    where :multi_year = 'anniversaries' and ends_on is not null

),

kept_as_renewals as (

    select
        renewals.account_id,
        renewals.subscription_id,
        renewals.due_on
    from renewals
    left join line_ends
        on renewals.account_id = line_ends.account_id and renewals.due_on = line_ends.ends_on
    where
        :multi_year = 'anniversaries'
        and (renewals.subscription_id is not null or line_ends.account_id is null)

),

converted as (

    select
        dated.account_id,
        dated.due_on,
        cast(round(sum(dated.arr) * max(rates.rate), 2) as decimal(38, 2)) as arr
    from dated
    left join rates
        on dated.currency = rates.currency
    left join kept_as_renewals
        on
            dated.account_id = kept_as_renewals.account_id
            and dated.due_on = kept_as_renewals.due_on
            and dated.subscription_id = coalesce(kept_as_renewals.subscription_id, dated.subscription_id)
    where kept_as_renewals.account_id is null
    group by dated.account_id, dated.due_on, dated.currency

)

select
    account_id,
    due_on,
    case when count(*) = count(arr) then sum(arr) end as arr
from converted
group by account_id, due_on

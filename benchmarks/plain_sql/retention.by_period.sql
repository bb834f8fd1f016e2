-- retention/by_period, as somebody would write it who knows the contract tables alone.
with ends as (
    select period_start_on as b from fiscal_periods where grain = 'month' and period_start_on <= $as_of
    union select $as_of
),
windows as (
    select cast(b - interval '1 year' as date) as a, b from ends
    where a >= (select min(starts_on) from subscriptions where arr > 0)
),
rates as (
    select a, 'USD' as currency, cast(1 as decimal(28, 8)) as rate from windows
    union all
    select a, currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from windows inner join fx_rates on valid_on <= a where currency <> 'USD' group by all
),
lines as (
    select s.account_id, coalesce(s.currency, c.currency, 'USD') as currency, s.starts_on,
        coalesce(s.ends_on, date '9999-12-31') as ends_on, s.arr
    from subscriptions as s inner join accounts as c using (account_id)
),
pairs as (
    select a, b, account_id, currency,
        coalesce(sum(arr) filter (starts_on <= a and ends_on > a), 0) as was,
        coalesce(sum(arr) filter (starts_on <= b and ends_on > b), 0) as now
    from windows inner join lines
        on (starts_on <= a and ends_on > a) or (starts_on <= b and ends_on > b)
    group by all
),
each_account as (
    select a, b, account_id, sum(cast(round(was * rate, 2) as decimal(38, 2))) as was,
        sum(cast(round(now * rate, 2) as decimal(38, 2))) as now
    from pairs inner join rates using (a, currency) group by all
)
select a as period_start_on, b as period_end_on, sum(was) as opening_arr, sum(now) as closing_arr,
    sum(least(was, now)) / sum(was) as grr,
    count_if(was > 0 and now > 0) / count_if(was > 0) as logo_retention,
    count_if(was > 0) as accounts
from each_account group by all order by b

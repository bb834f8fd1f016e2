-- retention/arr_on, as somebody would write it who knows the contract tables alone.
with rates as (
    select 'USD' as currency, cast(1 as decimal(28, 8)) as rate
    union all
    select currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from fx_rates where valid_on <= $as_of and currency <> 'USD' group by currency
),
book as (
    select s.account_id, coalesce(s.currency, a.currency, 'USD') as currency, sum(s.arr) as arr
    from subscriptions as s inner join accounts as a using (account_id)
    where s.starts_on <= $as_of and (s.ends_on is null or s.ends_on > $as_of)
    group by all
),
customers as (
    select account_id, sum(cast(round(arr * rate, 2) as decimal(38, 2))) as arr
    from book left join rates using (currency) group by account_id having sum(arr) > 0
)
select cast($as_of as date) as on_day, sum(arr) as arr, count(*) as accounts from customers

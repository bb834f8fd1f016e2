-- coverage/by_csm, as somebody would write it who knows the contract tables alone.
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
),
latest as (
    select account_id, measure, max_by(score, measured_on) as score
    from health_scores where measured_on <= $as_of and $as_of - measured_on <= 60
    group by account_id, measure
),
wide as (
    select account_id,
        avg(score) filter (measure in ('deployment', 'engagement', 'adoption', 'roi')) as outcomes,
        avg(score) filter (measure in ('nps', 'support', 'sentiment')) as experience,
        count(*) filter (measure in ('deployment', 'engagement', 'adoption', 'roi')) / 8
        + count(*) filter (measure in ('nps', 'support', 'sentiment')) / 6 as coverage
    from latest group by account_id
),
scored as (
    select account_id, round(
        (coalesce(outcomes, 0) + coalesce(experience, 0))
        / ((outcomes is not null)::int + (experience is not null)::int), 6) as overall
    from wide where round(coverage, 9) >= 0.5
)
select csm_id as member_id, segment, count(*) as accounts, sum(arr) as arr,
    count_if(overall < 40) as red, count_if(overall >= 40 and overall < 70) as amber,
    count_if(overall >= 70) as green
from customers inner join accounts using (account_id) left join scored using (account_id)
group by 1, 2 order by 1, 2

-- overview/at_risk, as somebody would write it who knows the contract tables alone.
with rates as (
    select 'USD' as currency, cast(1 as decimal(28, 8)) as rate
    union all
    select currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from fx_rates where valid_on <= $as_of and currency <> 'USD' group by currency
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
),
open_risks as (
    select account_id, count(*) as risks from risks
    where opened_on <= $as_of and (resolved_on is null or resolved_on > $as_of) group by 1
)
select r.renewal_id, r.account_id, a.account_name, a.segment, m.name as csm_name, r.due_on,
    cast(round(r.arr_due * rate, 2) as decimal(38, 2)) as arr_due,
    coalesce(open_risks.risks, 0) as open_risks
from renewals as r inner join accounts as a using (account_id)
inner join scored using (account_id)
left join rates on rates.currency = coalesce(r.currency, a.currency, 'USD')
left join open_risks using (account_id) left join team_members as m on a.csm_id = m.member_id
where (r.status = 'open' or r.closed_on > $as_of) and overall < 40 order by arr_due desc, r.renewal_id

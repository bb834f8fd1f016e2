-- renewals/due_by_quarter, as somebody would write it who knows the contract tables alone.
with rates as (
    select 'USD' as currency, cast(1 as decimal(28, 8)) as rate
    union all
    select currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from fx_rates where valid_on <= $as_of and currency <> 'USD' group by currency
)
select coalesce(p.period_start_on, cast(date_trunc('quarter', r.due_on) as date)) as due_quarter, a.segment,
    count(*) as renewals, sum(cast(round(r.arr_due * rate, 2) as decimal(38, 2))) as arr_due,
    count_if(r.status = 'open') as open, count_if(r.status = 'churned') as churned
from renewals as r inner join accounts as a using (account_id)
left join rates on rates.currency = coalesce(r.currency, a.currency, 'USD')
left join fiscal_periods as p
    on p.grain = 'quarter' and r.due_on >= p.period_start_on and r.due_on < p.period_end_on
group by 1, 2 order by 1, 2

-- expansion/pipeline_by_month, as somebody would write it who knows the contract tables alone.
with rates as (
    select 'USD' as currency, cast(1 as decimal(28, 8)) as rate
    union all
    select currency, cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8))
    from fx_rates where valid_on <= $as_of and currency <> 'USD' group by currency
),
weighed as (
    select cast(date_trunc('month', o.expected_close_on) as date) as month, o.forecast_category,
        cast(round(o.amount * rate, 2) as decimal(38, 2)) as amount,
        coalesce(
            cast(case when o.probability between 0 and 1 then o.probability end as decimal(28, 6)),
            case o.stage when 'E-mailed decision-maker' then 0 when 'Discussion' then 0.2
                when 'Contract sent' then 0.5 when 'Verbal commit' then 0.8 end
        ) as weight
    from opportunities as o left join accounts as a using (account_id)
    left join rates on rates.currency = coalesce(o.currency, a.currency, 'USD')
    where (o.created_on is null or o.created_on <= $as_of)
        and ((o.closed_on is null and o.won is null) or o.closed_on > $as_of)
)
select month, forecast_category, count(*) as opportunities, sum(coalesce(amount, 0)) as amount,
    sum(coalesce(cast(round(amount * weight, 2) as decimal(38, 2)), 0)) as weighted_amount,
    count_if(amount is null) as without_amount
from weighed group by 1, 2 order by 1, 2

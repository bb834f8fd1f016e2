-- The trigger Deployment, one row per customer: licence use against the median of the segment's customers.
-- Params: as_of date, licence_use_below double: share of the median, minimum_peers integer.
-- Uses: customers, company_customers, licence_use.
with

segment_use as (

    select
        company_customers.segment,
        count(*) as peers,
        percentile_cont(0.5) within group (
            order by cast(licence_use.licence_use as double precision)
        ) as median_use
    from company_customers
    inner join licence_use
        on company_customers.account_id = licence_use.account_id
    where licence_use.is_fresh
    group by company_customers.segment

)

select
    customers.account_id,
    'Deployment' as category,
    case
        when licence_use.account_id is null then 'no licence use recorded'
        when not licence_use.is_fresh then 'the latest is stale'
        when coalesce(segment_use.peers, 0) < :minimum_peers then 'too few customers to compare with'
    end as not_judged,
    round(licence_use.licence_use, 9)
    < round(segment_use.median_use * (1 - cast(:licence_use_below as double precision)), 9) as is_met,
    licence_use.licence_use as observed,
    segment_use.median_use * (1 - cast(:licence_use_below as double precision)) as threshold,
    licence_use.week_on as observed_on,
    cast(null as date) as since_on,
    cast(licence_use.active_users as varchar) || ' of '
    || cast(licence_use.licensed_seats as varchar) || ' seats in use' as what
from customers
left join licence_use
    on customers.account_id = licence_use.account_id
left join segment_use
    on customers.segment = segment_use.segment

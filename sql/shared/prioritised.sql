-- Customers by value and health, one row per customer.
-- Params: as_of date, high_value_rule varchar, high_value_arr varchar, low_bands list, minimum_peers integer.
-- Uses: customers, company_customers, measures_on_as_of as measures, account_health.
-- The medians are those of the whole company: a customer's value is the same for whoever looks.
with

segment_medians as (

    select
        segment,
        percentile_cont(0.5) within group (order by cast(arr as double precision)) as median_arr
    from company_customers
    where arr is not null
    group by segment
    having count(*) >= :minimum_peers

),

company_median as (

    select
        case
            when count(*) >= :minimum_peers
                then percentile_cont(0.5) within group (order by cast(arr as double precision))
        end as median_arr
    from company_customers
    where arr is not null

),

measured as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.csm_id,
        customers.lifecycle_stage,
        customers.arr,
        account_health.overall_score,
        account_health.health_band,
        case
            when :high_value_rule = 'amount' then cast(:high_value_arr as decimal(38, 2))
            when :high_value_rule = 'company_median'
                then cast(round(company_median.median_arr, 2) as decimal(38, 2))
            else cast(round(segment_medians.median_arr, 2) as decimal(38, 2))
        end as high_from
    from customers
    cross join company_median
    left join segment_medians
        on customers.segment = segment_medians.segment
    left join account_health
        on customers.account_id = account_health.account_id

),

placed as (

    select
        account_id,
        account_name,
        segment,
        csm_id,
        lifecycle_stage,
        arr,
        overall_score,
        health_band,
        high_from,
        case
            when arr is null or high_from is null then 'unknown'
            when arr >= high_from then 'high'
            else 'low'
        end as value_class,
        case
            when health_band is null then 'not scored'
            when health_band in :low_bands then 'low'
            else 'not low'
        end as health_class
    from measured

)

select
    account_id,
    account_name,
    segment,
    csm_id,
    lifecycle_stage,
    arr,
    overall_score,
    health_band,
    high_from,
    value_class,
    health_class,
    case
        when health_class = 'not scored' then 'Not scored'
        when health_class = 'not low' then 'On schedule'
        when value_class = 'high' then 'Immediate'
        when value_class = 'low' then 'Fast'
        else 'Value unknown'
    end as priority
from placed

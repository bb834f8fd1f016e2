-- Customers by whether their outcomes and their experience are good, one row per customer.
-- Params: as_of date, the health policy.
-- Uses: customers, measures_on_as_of as measures, account_health.
-- Rests on: health_scores.
-- Good is what would be green as an overall score. Only who is scored and has both halves is placed.
select
    customers.account_id,
    customers.account_name,
    customers.segment,
    customers.csm_id,
    customers.arr,
    account_health.outcomes,
    account_health.experience,
    account_health.overall_score,
    account_health.health_band,
    case
        when
            account_health.overall_score is null
            or account_health.outcomes is null
            or account_health.experience is null
            then 'not placed'
        when account_health.outcomes >= :amber_below and account_health.experience >= :amber_below
            then 'both good'
        when account_health.experience >= :amber_below then 'false green'
        when account_health.outcomes >= :amber_below then 'poor experience'
        else 'both poor'
    end as quadrant
from customers
left join account_health
    on customers.account_id = account_health.account_id

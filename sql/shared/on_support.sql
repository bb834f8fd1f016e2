-- The trigger Support, one row per customer: open cases against those at the ends of the weeks before.
-- Params: as_of date, cases_days integer, cases_deviations double, cases_at_least integer.
-- Uses: customers, digits.
-- The weeks end 7, 14, 21 ... days before the as-of date, which itself is not among them. The standard
-- deviation is that of a sample.
with

days as (

    select cast(:as_of as date) - 7 * (tens.digit * 10 + ones.digit) as on_day
    from digits as tens
    cross join digits as ones
    where 7 * (tens.digit * 10 + ones.digit) between 0 and :cases_days

),

cases as (

    select
        support_cases.account_id,
        cast(support_cases.opened_at as date) as opened_on,
        cast(support_cases.closed_at as date) as closed_on
    from support_cases
    inner join customers
        on support_cases.account_id = customers.account_id
    where
        cast(support_cases.opened_at as date) <= :as_of
        and (
            support_cases.closed_at is null
            or cast(support_cases.closed_at as date) > cast(:as_of as date) - :cases_days
        )

),

noted as (

    select count(*) as cases
    from support_cases
    where cast(support_cases.opened_at as date) <= :as_of

),

open_on_days as (

    select
        customers.account_id,
        days.on_day,
        count(cases.account_id) as open_cases
    from customers
    cross join days
    left join cases
        on
            customers.account_id = cases.account_id
            and days.on_day >= cases.opened_on
            and (cases.closed_on is null or days.on_day < cases.closed_on)
    group by customers.account_id, days.on_day

),

compared as (

    select
        account_id,
        max(case when on_day = :as_of then open_cases end) as open_cases,
        avg(case when on_day < :as_of then cast(open_cases as double precision) end)
        + cast(:cases_deviations as double precision)
        * stddev_samp(case when on_day < :as_of then cast(open_cases as double precision) end)
            as threshold
    from open_on_days
    group by account_id

)

select
    customers.account_id,
    'Support' as category,
    case
        when noted.cases = 0 then 'no support case recorded'
        when accounts.customer_since > cast(:as_of as date) - :cases_days
            then 'a customer for too short a time'
    end as not_judged,
    compared.open_cases > round(compared.threshold, 9)
    and compared.open_cases >= :cases_at_least as is_met,
    cast(compared.open_cases as double precision) as observed,
    compared.threshold,
    cast(:as_of as date) as observed_on,
    cast(null as date) as since_on,
    cast(compared.open_cases as varchar)
    || case when compared.open_cases = 1 then ' open case' else ' open cases' end as what
from customers
inner join accounts
    on customers.account_id = accounts.account_id
inner join compared
    on customers.account_id = compared.account_id
cross join noted

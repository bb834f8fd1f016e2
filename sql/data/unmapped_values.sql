-- Values that no setting and no page knows by name, one row per table, column and value.
-- Params: as_of date, the known values as lists, lower case.
-- Uses: visible_accounts, customers, opportunities_as_of, rates.
-- The rows count everywhere; what rests on the value (a stage's limit, a weight, a band) has none for them.
with

open_opportunities as (

    select
        account_id,
        stage,
        forecast_category,
        amount
    from opportunities_as_of
    where outcome = 'open'

),

open_renewals as (

    select
        renewals.account_id,
        renewals.forecast_category,
        cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join rates
        on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    where renewals.status = 'open' or renewals.closed_on > :as_of

),

coded as (

    select
        'accounts' as table_name,
        'lifecycle_stage' as column_name,
        customers.lifecycle_stage as value,
        customers.account_id,
        customers.arr as amount
    from customers
    where
        lower(customers.lifecycle_stage) not in :known_stages
        or customers.lifecycle_stage is null

    union all

    select
        'accounts' as table_name,
        'segment' as column_name,
        customers.segment as value,
        customers.account_id,
        customers.arr as amount
    from customers
    where
        lower(customers.segment) not in :known_segments
        or customers.segment is null

    union all

    select
        'opportunities' as table_name,
        'stage' as column_name,
        open_opportunities.stage as value,
        open_opportunities.account_id,
        open_opportunities.amount
    from open_opportunities
    where
        lower(trim(replace(replace(open_opportunities.stage, '_', ' '), '-', ' ')))
        not in :known_opportunity_stages

    union all

    select
        'opportunities' as table_name,
        'forecast_category' as column_name,
        open_opportunities.forecast_category as value,
        open_opportunities.account_id,
        open_opportunities.amount
    from open_opportunities
    where lower(open_opportunities.forecast_category) not in :known_categories

    union all

    select
        'renewals' as table_name,
        'forecast_category' as column_name,
        open_renewals.forecast_category as value,
        open_renewals.account_id,
        open_renewals.arr_due as amount
    from open_renewals
    where lower(open_renewals.forecast_category) not in :known_calls

    union all

    select
        'risks' as table_name,
        'category' as column_name,
        risks.category as value,
        visible_accounts.account_id,
        customers.arr as amount
    from risks
    inner join visible_accounts
        on risks.account_id = visible_accounts.account_id
    left join customers
        on risks.account_id = customers.account_id
    where
        risks.opened_on <= :as_of
        and (risks.resolved_on is null or risks.resolved_on > :as_of)
        and lower(risks.category) not in :known_risks

)

select
    table_name,
    column_name,
    value,
    count(*) as unmapped_rows,
    count(distinct account_id) as accounts,
    sum(amount) as amount,
    sum(case when amount is null then 1 else 0 end) as without_amount
from coded
group by table_name, column_name, value
order by table_name, column_name, amount desc nulls last, value nulls last

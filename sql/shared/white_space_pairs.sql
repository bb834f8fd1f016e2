-- Customers and products with an estimate of what they could bring, one row per customer and product.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: customers, visible_accounts, rates, owned_products, open_opportunities.
-- Rests on: product_fit.
-- What open opportunities for the same customer and product already ask for is taken off the potential, at
-- most all of it. A potential below zero is none, a propensity that is no share is unknown. Estimates have no
-- date: they are those of the load.
with

asked_for as (

    select
        account_id,
        product_id,
        sum(coalesce(amount, 0)) as amount
    from open_opportunities
    where account_id is not null and product_id is not null
    group by account_id, product_id

),

estimated as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.csm_id,
        product_fit.product_id,
        case when product_fit.propensity between 0 and 1 then product_fit.propensity end as propensity,
        case
            when product_fit.potential_arr >= 0
                then cast(round(product_fit.potential_arr * rates.rate, 2) as decimal(38, 2))
        end as potential_arr,
        owned_products.account_id is not null as is_owned,
        case when asked_for.amount > 0 then asked_for.amount else 0 end as asked_arr
    from product_fit
    inner join customers
        on product_fit.account_id = customers.account_id
    inner join visible_accounts
        on product_fit.account_id = visible_accounts.account_id
    left join rates
        on
            coalesce(product_fit.currency, visible_accounts.currency, :reporting_currency)
            = rates.currency
    left join owned_products
        on
            product_fit.account_id = owned_products.account_id
            and product_fit.product_id = owned_products.product_id
    left join asked_for
        on
            product_fit.account_id = asked_for.account_id
            and product_fit.product_id = asked_for.product_id

),

netted as (

    select
        account_id,
        account_name,
        segment,
        csm_id,
        product_id,
        propensity,
        potential_arr,
        is_owned,
        case when asked_arr < potential_arr then asked_arr else potential_arr end as in_pipeline,
        case
            when asked_arr < potential_arr then potential_arr - asked_arr
            when potential_arr is not null then 0
        end as net_potential
    from estimated

)

select
    account_id,
    account_name,
    segment,
    csm_id,
    product_id,
    propensity,
    potential_arr,
    is_owned,
    in_pipeline,
    net_potential,
    cast(round(net_potential * cast(propensity as decimal(28, 6)), 2) as decimal(38, 2)) as expected_value
from netted

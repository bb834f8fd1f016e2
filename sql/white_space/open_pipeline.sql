-- Open opportunities by whether they are taken off a potential, one row per place.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: customers, owned_products, open_opportunities, white_space_pairs.
with

placed as (

    select
        open_opportunities.amount,
        case
            when open_opportunities.account_id is null then 'without account'
            when customers.account_id is null then 'no customer'
            when open_opportunities.product_id is null then 'without product'
            when owned_products.account_id is not null then 'product owned'
            when white_space_pairs.account_id is null then 'not estimated'
            else 'taken off'
        end as place
    from open_opportunities
    left join customers
        on open_opportunities.account_id = customers.account_id
    left join owned_products
        on
            open_opportunities.account_id = owned_products.account_id
            and open_opportunities.product_id = owned_products.product_id
    left join white_space_pairs
        on
            open_opportunities.account_id = white_space_pairs.account_id
            and open_opportunities.product_id = white_space_pairs.product_id

)

select
    place,
    count(*) as opportunities,
    sum(coalesce(amount, 0)) as amount,
    sum(case when amount is null then 1 else 0 end) as without_amount
from placed
group by place
order by place

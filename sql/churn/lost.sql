-- Customers that left or pay less, one row per loss, or per loss and product of it, the largest first.
-- Params: as_of date, since date, until date (exclusive), level varchar, split_by varchar.
-- Uses: unit_steps, lost_accounts, lost_parts.
-- Rests on: accounts.
-- Health is looked at in the weeks measured before the loss, and not before the customer last came (back). A
-- parent is named by the first of its accounts that the viewer may see.
with

stays as (

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        max(case when unit_steps.starts_on < lost_accounts.lost_on then unit_steps.starts_on end)
            as came_on,
        min(
            case
                when unit_steps.starts_on > lost_accounts.lost_on and unit_steps.starts_on <= :as_of
                    then unit_steps.starts_on
            end
        ) as returned_on
    from lost_accounts
    inner join unit_steps
        on
            lost_accounts.unit_id = unit_steps.unit_id
            and unit_steps.level = :level
            and unit_steps.movement in ('new', 'reactivation')
    group by lost_accounts.unit_id, lost_accounts.lost_on

),

health as (

    select
        stays.unit_id,
        stays.lost_on,
        count_if(
            account_weeks.state_on >= stays.lost_on - 90 and account_weeks.health_band = 'green'
        ) as green_weeks,
        count_if(
            account_weeks.state_on >= stays.lost_on - 90 and account_weeks.health_band = 'amber'
        ) as amber_weeks,
        count_if(
            account_weeks.state_on >= stays.lost_on - 90 and account_weeks.health_band = 'red'
        ) as red_weeks,
        min(case when account_weeks.health_band = 'red' then account_weeks.state_on end) as first_red_on
    from stays
    inner join lost_accounts
        on stays.unit_id = lost_accounts.unit_id and stays.lost_on = lost_accounts.lost_on
    inner join account_weeks
        on
            lost_accounts.account_id = account_weeks.account_id
            and stays.lost_on > account_weeks.state_on
            and stays.lost_on - 365 <= account_weeks.state_on
            and stays.came_on <= account_weeks.state_on
    group by stays.unit_id, stays.lost_on

)

select
    case when :level = 'parent' then lost_parts.account_id else lost_parts.unit_id end as unit_id,
    lost_parts.account_id,
    lost_parts.account_name,
    lost_parts.lost_on,
    lost_parts.movement,
    lost_parts.part,
    coalesce(csms_of_part.name, products_of_part.product_name, lost_parts.part) as label,
    lost_parts.arr_lost,
    lost_parts.reason,
    lost_parts.control,
    lost_parts.segment,
    lost_parts.region,
    lost_parts.industry,
    csms.name as csm_name,
    lost_parts.tenure_days,
    lost_parts.tenure,
    products.product_name,
    lost_parts.products,
    case
        when health.green_weeks > 0 then 'green'
        when health.amber_weeks > 0 then 'amber'
        when health.red_weeks > 0 then 'red'
    end as best_band,
    health.first_red_on,
    lost_parts.lost_on - health.first_red_on as days_from_red,
    stays.returned_on
from lost_parts
left join stays
    on lost_parts.unit_id = stays.unit_id and lost_parts.lost_on = stays.lost_on
left join health
    on lost_parts.unit_id = health.unit_id and lost_parts.lost_on = health.lost_on
left join team_members as csms
    on lost_parts.csm_id = csms.member_id
left join products
    on lost_parts.product_id = products.product_id
left join team_members as csms_of_part
    on :split_by = 'csm' and lost_parts.part = csms_of_part.member_id
left join products as products_of_part
    on :split_by = 'product' and lost_parts.part = products_of_part.product_id
order by
    lost_parts.arr_lost desc nulls last,
    lost_parts.lost_on,
    lost_parts.unit_id,
    lost_parts.product_id nulls last

-- What every customer of one window had, did and kept, one row per customer.
-- Params: as_of, since and until date, level varchar, logo_level varchar, all_parts boolean, part varchar,
-- split_by varchar.
-- Uses: visible_accounts, retention_windows, parts_retained.
-- Rests on: accounts.
-- A customer is a unit of the policy's level: an account, a parent by the first of its accounts, or a
-- product of one. Logos have rows of their own, without amounts, where the policy counts them on another
-- level.
with

counted as (

    select
        level,
        unit_id,
        account_id,
        part,
        case when level = :level then opening_arr + left_out_arr else 0 end as opening_arr,
        case when level = :level then new else 0 end as new,
        case when level = :level then reactivation else 0 end as reactivation,
        case when level = :level then expansion else 0 end as expansion,
        case when level = :level then price else 0 end as price,
        case when level = :level then fx else 0 end as fx,
        case when level = :level then contraction else 0 end as contraction,
        case when level = :level then churn else 0 end as churn,
        case when level = :level then closing_arr else 0 end as closing_arr,
        case when level = :level then opening_arr else 0 end as cohort_arr,
        case when level = :level then net_retained_arr else 0 end as net_retained_arr,
        case when level = :level then gross_retained_arr else 0 end as gross_retained_arr,
        case when level = :logo_level or :split_by = 'product' then logos else 0 end as logos,
        case when level = :logo_level or :split_by = 'product' then kept_logos else 0 end as kept_logos
    from parts_retained
    where
        (:all_parts or coalesce(part, 'unknown') = :part)
        and (:split_by <> 'product' or level = 'product')

)

select
    counted.level,
    case when counted.level = 'parent' then counted.account_id else counted.unit_id end as unit_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    csms.name as csm_name,
    counted.part,
    counted.opening_arr,
    counted.new,
    counted.reactivation,
    counted.expansion,
    counted.price,
    counted.fx,
    counted.contraction,
    counted.churn,
    counted.closing_arr,
    counted.cohort_arr,
    counted.net_retained_arr,
    counted.gross_retained_arr,
    counted.logos,
    counted.kept_logos
from counted
inner join visible_accounts
    on counted.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
where
    counted.opening_arr <> 0
    or counted.closing_arr <> 0
    or counted.new <> 0
    or counted.reactivation <> 0
    or counted.churn <> 0
    or counted.logos <> 0
order by
    abs(counted.closing_arr - counted.opening_arr) desc nulls last,
    counted.level,
    counted.unit_id

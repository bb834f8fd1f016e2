-- What each part of the book retained in two periods, those that changed part apart, one row per part.
-- Params: as_of, since, until, compared_since and compared_until date, split_by varchar, level varchar.
-- Uses: retention_windows, parts_retained.
-- Rests on: accounts.
-- The earlier period is window 1, the later one window 2.
with

each_unit as (

    select
        unit_id,
        max(case when first_window <= 1 and next_window > 1 then part end) as before_part,
        max(case when first_window <= 2 and next_window > 2 then part end) as part,
        max(case when first_window <= 1 and next_window > 1 and is_cohort then 1 else 0 end)
            as was_in_cohort,
        max(case when first_window <= 2 and next_window > 2 and is_cohort then 1 else 0 end) as is_in_cohort,
        sum(case when first_window <= 1 and next_window > 1 then opening_arr else 0 end)
            as before_opening_arr,
        sum(case when first_window <= 1 and next_window > 1 then net_retained_arr else 0 end)
            as before_net_retained_arr,
        sum(case when first_window <= 1 and next_window > 1 then gross_retained_arr else 0 end)
            as before_gross_retained_arr,
        sum(case when first_window <= 2 and next_window > 2 then opening_arr else 0 end) as opening_arr,
        sum(case when first_window <= 2 and next_window > 2 then net_retained_arr else 0 end)
            as net_retained_arr,
        sum(case when first_window <= 2 and next_window > 2 then gross_retained_arr else 0 end)
            as gross_retained_arr
    from parts_retained
    where level = :level
    group by unit_id

),

placed as (

    select
        case
            when
                was_in_cohort = 1 and is_in_cohort = 1 and part is distinct from before_part
                then 'changed'
            when is_in_cohort = 1 then part
            when was_in_cohort = 1 then before_part
            else coalesce(part, before_part)
        end as placed_in,
        was_in_cohort,
        is_in_cohort,
        before_opening_arr,
        before_net_retained_arr,
        before_gross_retained_arr,
        opening_arr,
        net_retained_arr,
        gross_retained_arr
    from each_unit

),

summed as (

    select
        placed_in as part,
        sum(before_opening_arr) as before_opening_arr,
        sum(before_net_retained_arr) as before_net_retained_arr,
        sum(before_gross_retained_arr) as before_gross_retained_arr,
        sum(was_in_cohort) as before_accounts,
        sum(opening_arr) as opening_arr,
        sum(net_retained_arr) as net_retained_arr,
        sum(gross_retained_arr) as gross_retained_arr,
        sum(is_in_cohort) as accounts
    from placed
    group by placed_in

)

select
    summed.part,
    coalesce(csms.name, products.product_name, summed.part) as label,
    summed.before_opening_arr,
    summed.before_net_retained_arr,
    summed.before_gross_retained_arr,
    summed.before_accounts,
    summed.opening_arr,
    summed.net_retained_arr,
    summed.gross_retained_arr,
    summed.accounts
from summed
left join team_members as csms
    on :split_by = 'csm' and summed.part = csms.member_id
left join products
    on :split_by = 'product' and summed.part = products.product_id
where
    summed.before_opening_arr <> 0
    or summed.opening_arr <> 0
    or summed.net_retained_arr <> 0
    or summed.before_net_retained_arr <> 0
order by summed.part nulls last

-- What every customer of one window had, did and kept, one row per customer.
-- Params: as_of, since and until date, level varchar, logo_level varchar, all_parts boolean, part varchar.
-- Uses: visible_accounts, retention_windows, parts_retained.
-- Rests on: accounts.
-- A customer is a unit of the policy's level: an account, a parent by the first of its accounts, or a
-- product of one. Logos have rows of their own where the policy counts them on another level.
select
    parts_retained.level,
    case
        when parts_retained.level = 'parent' then parts_retained.account_id
        else parts_retained.unit_id
    end as unit_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    csms.name as csm_name,
    parts_retained.part,
    parts_retained.opening_arr + parts_retained.left_out_arr as opening_arr,
    parts_retained.new,
    parts_retained.reactivation,
    parts_retained.expansion,
    parts_retained.price,
    parts_retained.fx,
    parts_retained.contraction,
    parts_retained.churn,
    parts_retained.closing_arr,
    parts_retained.opening_arr as cohort_arr,
    parts_retained.net_retained_arr,
    parts_retained.gross_retained_arr,
    case when parts_retained.level = :logo_level then parts_retained.logos else 0 end as logos,
    case when parts_retained.level = :logo_level then parts_retained.kept_logos else 0 end as kept_logos
from parts_retained
inner join visible_accounts
    on parts_retained.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
where
    (:all_parts or coalesce(parts_retained.part, 'unknown') = :part)
    and (
        parts_retained.opening_arr <> 0
        or parts_retained.left_out_arr <> 0
        or parts_retained.closing_arr <> 0
        or parts_retained.new <> 0
        or parts_retained.reactivation <> 0
        or parts_retained.churn <> 0
        or parts_retained.logos <> 0
    )
order by
    abs(
        parts_retained.closing_arr - parts_retained.opening_arr - parts_retained.left_out_arr
    ) desc nulls last,
    parts_retained.level,
    parts_retained.unit_id

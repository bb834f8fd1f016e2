-- What every customer of one window had, did and kept, one row per customer.
-- Params: as_of date, since date, until date, level varchar, logo_level varchar.
-- Uses: visible_accounts, retention_windows, retained.
-- Rests on: accounts.
-- A customer is a unit of the policy's level: an account, a parent by the first of its accounts, or a
-- product of one. Logos have rows of their own where the policy counts them on another level.
select
    retained.level,
    case when retained.level = 'parent' then retained.account_id else retained.unit_id end as unit_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    csms.name as csm_name,
    retained.opening_arr + retained.left_out_arr as opening_arr,
    retained.new,
    retained.reactivation,
    retained.expansion,
    retained.price,
    retained.fx,
    retained.contraction,
    retained.churn,
    retained.closing_arr,
    retained.opening_arr as cohort_arr,
    retained.net_retained_arr,
    retained.gross_retained_arr,
    case when retained.level = :logo_level then retained.logos else 0 end as logos,
    case when retained.level = :logo_level then retained.kept_logos else 0 end as kept_logos
from retained
inner join visible_accounts
    on retained.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
where
    retained.opening_arr <> 0
    or retained.left_out_arr <> 0
    or retained.closing_arr <> 0
    or retained.new <> 0
    or retained.reactivation <> 0
    or retained.churn <> 0
    or retained.logos <> 0
order by
    abs(retained.closing_arr - retained.opening_arr - retained.left_out_arr) desc nulls last,
    retained.level,
    retained.unit_id

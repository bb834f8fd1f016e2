-- Customers of a cohort at an age, one row per customer, the largest loss first.
-- Params: as_of, since and until date, period varchar, cohort_on date, age integer.
-- Uses: visible_accounts, cohort_ages.
-- Rests on: accounts.
-- Without an age it is the last one that each cohort has come to.
with

chosen as (

    select
        cohort_on,
        max(age) as last_age
    from cohort_ages
    group by cohort_on

)

select
    cohort_ages.cohort_on,
    cohort_ages.age,
    cohort_ages.looked_on,
    cohort_ages.level,
    case when cohort_ages.level = 'parent' then cohort_ages.account_id else cohort_ages.unit_id end
        as unit_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    csms.name as csm_name,
    cohort_ages.first_on,
    case when cohort_ages.level = :level then cohort_ages.start_arr else 0 end as start_arr,
    case when cohort_ages.level = :level then cohort_ages.net_arr else 0 end as net_arr,
    case when cohort_ages.level = :level then cohort_ages.gross_arr else 0 end as gross_arr,
    case when cohort_ages.level = :logo_level and cohort_ages.is_member then 1 else 0 end as logos,
    case when cohort_ages.level = :logo_level then cohort_ages.kept else 0 end as kept_logos,
    cohort_ages.is_member,
    cohort_ages.is_complete
from cohort_ages
inner join chosen
    on cohort_ages.cohort_on = chosen.cohort_on
inner join visible_accounts
    on cohort_ages.account_id = visible_accounts.account_id
left join team_members as csms
    on visible_accounts.csm_id = csms.member_id
where
    (cast(:cohort_on as date) is null or cohort_ages.cohort_on = :cohort_on)
    and cohort_ages.age = coalesce(cast(:age as integer), chosen.last_age)
order by
    cohort_ages.cohort_on,
    case when cohort_ages.level = :level then cohort_ages.start_arr - cohort_ages.net_arr else 0 end
    desc nulls last,
    cohort_ages.level,
    cohort_ages.unit_id

-- What is left of each cohort of customers at each age, one row per cohort and age.
-- Params: as_of, since and until date, period varchar, level varchar, logo_level varchar.
-- Uses: cohort_ages.
-- Rests on: accounts.
select
    cohort_on,
    age,
    max(looked_on) as looked_on,
    sum(case when level = :logo_level and is_member then 1 else 0 end) as accounts,
    sum(case when level = :logo_level then kept else 0 end) as kept,
    sum(case when level = :logo_level and not is_member then 1 else 0 end) as left_out,
    sum(case when level = :level then start_arr else 0 end) as opening_arr,
    sum(case when level = :level then gross_arr else 0 end) as gross_arr,
    sum(case when level = :level then net_arr else 0 end) as net_arr,
    cast(sum(case when level = :logo_level then kept else 0 end) as double precision)
    / nullif(sum(case when level = :logo_level and is_member then 1 else 0 end), 0) as logo_share,
    cast(sum(case when level = :level then gross_arr else 0 end) as double precision)
    / nullif(cast(sum(case when level = :level then start_arr else 0 end) as double precision), 0)
        as gross_share,
    cast(sum(case when level = :level then net_arr else 0 end) as double precision)
    / nullif(cast(sum(case when level = :level then start_arr else 0 end) as double precision), 0)
        as net_share,
    count_if(not is_complete) = 0 as is_complete
from cohort_ages
group by cohort_on, age
order by cohort_on, age

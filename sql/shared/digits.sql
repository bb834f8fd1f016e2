-- The digits, one row per digit: two of them side by side count to 99.
select 0 as digit
union all
select 1 as digit
union all
select 2 as digit
union all
select 3 as digit
union all
select 4 as digit
union all
select 5 as digit
union all
select 6 as digit
union all
select 7 as digit
union all
select 8 as digit
union all
select 9 as digit

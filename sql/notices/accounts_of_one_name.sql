-- Accounts that share their name with another one, but for case and blanks, one row.
-- Params: none.
with

named as (

    select
        account_id,
        count(*) over (partition by lower(trim(account_name))) as of_the_name
    from accounts

)

select
    count(*) as noticed_rows,
    count(*) as accounts,
    cast(null as decimal(38, 2)) as arr
from named
where of_the_name > 1

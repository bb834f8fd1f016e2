-- From message to deed, one row per programme and step; settled messages outside the control arm.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer.
-- Uses: digital_messages, account_arr.
-- The ARR is that of the accounts, each once in a step.
with

sent as (

    select
        program,
        account_id,
        is_identified,
        is_reached,
        is_reached * has_acted as is_reached_acted
    from digital_messages
    where is_settled = 1 and arm <> 'control'

),

steps as (

    select
        program,
        account_id,
        1 as place,
        'sent' as step
    from sent

    union all

    select
        program,
        account_id,
        2 as place,
        'right contact identified' as step
    from sent
    where is_identified = 1

    union all

    select
        program,
        account_id,
        3 as place,
        'reached' as step
    from sent
    where is_reached = 1

    union all

    select
        program,
        account_id,
        4 as place,
        'acted' as step
    from sent
    where is_reached_acted = 1

),

by_account as (

    select
        program,
        account_id,
        place,
        step,
        count(*) as messages
    from steps
    group by program, account_id, place, step

)

select
    by_account.program,
    by_account.place,
    by_account.step,
    sum(by_account.messages) as messages,
    count(*) as accounts,
    sum(coalesce(account_arr.arr, 0)) as arr
from by_account
left join account_arr
    on by_account.account_id = account_arr.account_id
group by by_account.program, by_account.place, by_account.step
order by by_account.program, by_account.place

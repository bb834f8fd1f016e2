-- Customers whose decision-makers and end users disagree, one row per customer, the largest first.
-- Params: as_of date, since date, until date (exclusive), personas list.
-- Uses: nps_answers, customers.
-- They disagree where one side has more promoters than detractors and the other has fewer.
with

by_account as (

    select
        account_id,
        sum(case when persona = 'decision_maker' then 1 else 0 end) as decision_maker_answers,
        sum(case when persona = 'end_user' then 1 else 0 end) as end_user_answers,
        sum(
            case
                when persona = 'decision_maker' and answer = 'promoter' then 1
                when persona = 'decision_maker' and answer = 'detractor' then -1
                else 0
            end
        ) as decision_maker_net,
        sum(
            case
                when persona = 'end_user' and answer = 'promoter' then 1
                when persona = 'end_user' and answer = 'detractor' then -1
                else 0
            end
        ) as end_user_net,
        max(case when persona in ('decision_maker', 'end_user') then responded_on end) as latest_on
    from nps_answers
    group by account_id

),

compared as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.csm_id,
        customers.arr,
        by_account.decision_maker_answers,
        by_account.end_user_answers,
        by_account.decision_maker_net,
        by_account.end_user_net,
        by_account.latest_on,
        count(*) over () as compared
    from by_account
    inner join customers
        on by_account.account_id = customers.account_id
    where
        by_account.decision_maker_answers > 0
        and by_account.end_user_answers > 0

)

select
    compared.account_id,
    compared.account_name,
    compared.segment,
    team_members.name as csm_name,
    compared.arr,
    case when compared.decision_maker_net > 0 then 'decision_maker' else 'end_user' end as happier,
    compared.decision_maker_answers,
    100 * cast(compared.decision_maker_net as double precision)
    / compared.decision_maker_answers as decision_maker_nps,
    compared.end_user_answers,
    100 * cast(compared.end_user_net as double precision)
    / compared.end_user_answers as end_user_nps,
    compared.latest_on,
    compared.compared
from compared
left join team_members
    on compared.csm_id = team_members.member_id
where
    (compared.decision_maker_net > 0 and compared.end_user_net < 0)
    or (compared.decision_maker_net < 0 and compared.end_user_net > 0)
order by compared.arr desc nulls last, compared.account_id

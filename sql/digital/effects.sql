-- What came after digital programmes, one row per programme, arm and response of the account.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer, outcome_days integer.
-- Uses: digital_participants.
-- Whether an account acted is of settled ones, what came after of those the outcome days have passed for.
select
    program,
    arm,
    response,
    count(*) as accounts,
    sum(is_settled) as settled,
    sum(is_settled * has_acted) as acted,
    sum(is_measured) as measured,
    sum(case when is_measured = 1 and has_grown is not null then 1 else 0 end) as users_known,
    sum(case when is_measured = 1 and has_grown is not null then users_before else 0 end) as users_before,
    sum(case when is_measured = 1 and has_grown is not null then users_after else 0 end) as users_after,
    sum(case when is_measured = 1 then coalesce(has_grown, 0) else 0 end) as grown,
    sum(is_measured * has_expanded) as expanded,
    sum(case when is_measured = 1 then expansion_arr else 0 end) as expansion_arr,
    sum(is_measured * expansions_without_rate) as expansions_without_rate,
    sum(case when is_measured = 1 and is_renewed is not null then 1 else 0 end) as renewals,
    sum(case when is_measured = 1 then coalesce(is_renewed, 0) else 0 end) as renewed
from digital_participants
group by program, arm, response
order by program, arm, response

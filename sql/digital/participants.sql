-- Accounts in digital programmes, one row per programme and account, the latest first.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer, outcome_days integer.
-- Uses: digital_participants.
select
    program,
    account_id,
    account_name,
    segment,
    arm,
    response,
    started_on,
    is_settled = 1 as is_settled,
    has_acted = 1 as has_acted,
    is_measured = 1 as is_measured,
    users_before,
    users_after,
    has_grown = 1 as has_grown,
    has_expanded = 1 as has_expanded,
    expansion_arr,
    is_renewed = 1 as is_renewed
from digital_participants
order by started_on desc nulls last, program, account_id

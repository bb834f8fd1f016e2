-- Accounts in digital programmes and what came after, one row per programme and account.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer, outcome_days integer.
-- Uses: digital_sends, rates.
-- The window is on the day of the first message. An account that got messages and was in the control arm of
-- the same programme is in both arms. Active users are weekly means over the four weeks before the first
-- message and the last four of the outcome days, none of who left within them; renewals and expansions count
-- from the day after the first message.
with

firsts as (

    select
        program,
        account_id,
        min(sent_on) as started_on,
        count(*) as messages,
        sum(case when arm = 'control' then 1 else 0 end) as withheld,
        sum(case when arm = 'test' then 1 else 0 end) as tested
    from digital_sends
    group by program, account_id

),

participants as (

    select
        firsts.program,
        firsts.account_id,
        firsts.started_on,
        any_value(digital_sends.account_name) as account_name,
        any_value(digital_sends.segment) as segment,
        any_value(digital_sends.currency) as currency,
        any_value(digital_sends.churned_on) as churned_on,
        any_value(
            case
                when firsts.withheld = firsts.messages then 'control'
                when firsts.withheld > 0 then 'both arms'
                when firsts.tested > 0 then 'test'
                else 'no trial'
            end
        ) as arm,
        max(
            case
                when digital_sends.reached_on - firsts.started_on <= :act_within_days then 1
                else 0
            end
        ) as is_reached,
        max(
            case
                when digital_sends.acted_on - firsts.started_on <= :act_within_days then 1
                else 0
            end
        ) as has_acted
    from firsts
    inner join digital_sends
        on
            firsts.program = digital_sends.program
            and firsts.account_id = digital_sends.account_id
    where
        (cast(:since as date) is null or firsts.started_on >= :since)
        and (cast(:until as date) is null or firsts.started_on < :until)
    group by firsts.program, firsts.account_id, firsts.started_on

),

use_of as (

    select
        participants.program,
        participants.account_id,
        avg(
            case
                when usage_weekly.week_on < participants.started_on
                    then cast(usage_weekly.active_users as double precision)
            end
        ) as users_before,
        avg(
            case
                when usage_weekly.week_on - participants.started_on >= :outcome_days - 28
                    then cast(usage_weekly.active_users as double precision)
            end
        ) as users_after
    from participants
    inner join usage_weekly
        on
            participants.account_id = usage_weekly.account_id
            and participants.started_on - usage_weekly.week_on <= 28
            and usage_weekly.week_on - participants.started_on < :outcome_days
            and usage_weekly.week_on <= :as_of
    group by participants.program, participants.account_id

),

expansions as (

    select
        participants.program,
        participants.account_id,
        count(*) as expansions,
        sum(case when rates.rate is null then 1 else 0 end) as without_rate,
        sum(cast(round(arr_movements.amount * rates.rate, 2) as decimal(38, 2))) as amount
    from participants
    inner join arr_movements
        on
            participants.account_id = arr_movements.account_id
            and arr_movements.movement = 'expansion'
            and participants.started_on < arr_movements.effective_on
            and arr_movements.effective_on - participants.started_on <= :outcome_days
            and arr_movements.effective_on <= :as_of
            and cast(arr_movements.recorded_at as date) <= :as_of
    left join rates
        on coalesce(arr_movements.currency, participants.currency, :reporting_currency) = rates.currency
    group by participants.program, participants.account_id

),

decided as (

    select
        participants.program,
        participants.account_id,
        min(renewals.status) as first_status
    from participants
    inner join renewals
        on
            participants.account_id = renewals.account_id
            and participants.started_on < renewals.due_on
            and renewals.due_on - participants.started_on <= :outcome_days
            and renewals.status in ('renewed', 'churned')
            and coalesce(renewals.closed_on, :as_of) <= :as_of
    group by participants.program, participants.account_id

)

select
    participants.program,
    participants.account_id,
    participants.account_name,
    participants.segment,
    participants.arm,
    participants.started_on,
    case
        when participants.has_acted = 1 then 'acted'
        when participants.arm = 'control' then 'not asked'
        when participants.is_reached = 1 then 'reached, not acted'
        else 'not reached'
    end as response,
    participants.has_acted,
    case
        when cast(:as_of as date) - participants.started_on >= :act_within_days then 1
        else 0
    end as is_settled,
    case
        when cast(:as_of as date) - participants.started_on >= :outcome_days then 1
        else 0
    end as is_measured,
    use_of.users_before,
    case
        when participants.churned_on - participants.started_on <= :outcome_days then 0
        else use_of.users_after
    end as users_after,
    case
        when use_of.users_before is null then null
        when participants.churned_on - participants.started_on <= :outcome_days then 0
        when use_of.users_after is null then null
        when use_of.users_after > use_of.users_before then 1
        else 0
    end as has_grown,
    case when expansions.expansions > 0 then 1 else 0 end as has_expanded,
    coalesce(expansions.amount, 0) as expansion_arr,
    coalesce(expansions.without_rate, 0) as expansions_without_rate,
    case decided.first_status when 'churned' then 0 when 'renewed' then 1 end as is_renewed
from participants
left join use_of
    on
        participants.program = use_of.program
        and participants.account_id = use_of.account_id
left join expansions
    on
        participants.program = expansions.program
        and participants.account_id = expansions.account_id
left join decided
    on
        participants.program = decided.program
        and participants.account_id = decided.account_id

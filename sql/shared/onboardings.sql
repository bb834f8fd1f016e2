-- First onboardings and how long they took, one row per account that is or was a customer.
-- Params: as_of date, since date, until date (exclusive): of the day it began; stage_limits varchar.
-- Uses: visible_accounts, stage_accounts, stage_stays.
-- Begun on the first day in Onboarding, else on the first day as a customer. Moving out of Onboarding to
-- anything but Churned is reaching it. Who left before is followed up to that day, who still waits up to the
-- as-of date.
with

firsts as (

    select
        account_id,
        min(case when stage = 'Onboarding' then entered_on end) as onboarding_on,
        min(case when stage = 'Churned' then entered_on end) as left_on
    from stage_stays
    group by account_id

),

behaved as (

    select
        usage_events.account_id,
        min(usage_events.first_done_on) as first_done_on
    from usage_events
    inner join visible_accounts
        on usage_events.account_id = visible_accounts.account_id
    where usage_events.first_done_on <= :as_of
    group by usage_events.account_id

),

begun as (

    select
        stage_accounts.account_id,
        stage_accounts.account_name,
        stage_accounts.segment,
        stage_accounts.region,
        stage_accounts.csm_id,
        stage_accounts.arr,
        coalesce(firsts.onboarding_on, accounts.customer_since) as began_on,
        firsts.onboarding_on,
        case
            when stage_stays.next_stage = 'Churned' then null
            else stage_stays.left_on
        end as onboarded_on,
        behaved.first_done_on,
        coalesce(
            firsts.left_on,
            case
                when stage_accounts.is_customer = 0 and accounts.churned_on <= :as_of
                    then accounts.churned_on
            end
        ) as gone_on
    from stage_accounts
    inner join accounts
        on stage_accounts.account_id = accounts.account_id
    left join firsts
        on stage_accounts.account_id = firsts.account_id
    left join stage_stays
        on
            stage_accounts.account_id = stage_stays.account_id
            and stage_stays.stage = 'Onboarding'
            and firsts.onboarding_on = stage_stays.entered_on
    left join behaved
        on stage_accounts.account_id = behaved.account_id

)

select
    begun.account_id,
    begun.account_name,
    begun.segment,
    begun.region,
    begun.csm_id,
    begun.arr,
    begun.began_on,
    coalesce(
        fiscal_periods.period_start_on, cast(date_trunc('quarter', begun.began_on) as date)
    ) as cohort_on,
    coalesce(
        fiscal_periods.period_end_on,
        cast(date_trunc('quarter', begun.began_on) + interval '3 months' as date)
    ) as cohort_end_on,
    begun.onboarded_on,
    case
        when begun.onboarding_on is null then 'not recorded'
        when begun.onboarded_on <= coalesce(begun.gone_on, begun.onboarded_on) then 'reached'
        when begun.gone_on is not null then 'left before'
        else 'waiting'
    end as onboarding,
    case
        when begun.onboarding_on is null then null
        when begun.onboarded_on <= coalesce(begun.gone_on, begun.onboarded_on)
            then begun.onboarded_on - begun.began_on
        when begun.gone_on < begun.began_on then 0
        else coalesce(begun.gone_on, cast(:as_of as date)) - begun.began_on
    end as onboarding_days,
    begun.first_done_on,
    case
        when begun.first_done_on <= coalesce(begun.gone_on, begun.first_done_on) then 'reached'
        when begun.gone_on is not null then 'left before'
        else 'waiting'
    end as behaviour,
    case
        when begun.first_done_on <= coalesce(begun.gone_on, begun.first_done_on)
            then case
                when begun.first_done_on < begun.began_on then 0
                else begun.first_done_on - begun.began_on
            end
        when begun.gone_on < begun.began_on then 0
        else coalesce(begun.gone_on, cast(:as_of as date)) - begun.began_on
    end as behaviour_days
from begun
left join fiscal_periods
    on
        fiscal_periods.grain = 'quarter'
        and begun.began_on >= fiscal_periods.period_start_on
        and begun.began_on < fiscal_periods.period_end_on
where
    begun.began_on <= :as_of
    and (cast(:since as date) is null or begun.began_on >= :since)
    and (cast(:until as date) is null or begun.began_on < :until)

-- Stays of visible accounts in a stage up to the as-of date, one row per account and uninterrupted stay.
-- Params: as_of date, stage_limits varchar.
-- Uses: visible_accounts, stage_names.
-- From the history; of an account without any, today's stage since the day it was entered. Spans of the same
-- stage that follow without a gap are one stay. What ends after the as-of date has not ended yet.
with

recorded as (

    select
        visible_accounts.account_id,
        account_history.value as word,
        account_history.valid_from_on as entered_on,
        case
            when account_history.valid_to_on <= :as_of then account_history.valid_to_on
        end as left_on
    from account_history
    inner join visible_accounts
        on account_history.account_id = visible_accounts.account_id
    where
        account_history.field = 'lifecycle_stage'
        and account_history.valid_from_on <= :as_of
        and (
            account_history.valid_to_on is null
            or account_history.valid_to_on > account_history.valid_from_on
        )

    union all

    select
        visible_accounts.account_id,
        accounts.lifecycle_stage as word,
        accounts.stage_entered_on as entered_on,
        cast(null as date) as left_on
    from accounts
    inner join visible_accounts
        on accounts.account_id = visible_accounts.account_id
    left join (
        select distinct account_id
        from account_history
        where field = 'lifecycle_stage'
    ) as known
        on accounts.account_id = known.account_id
    where
        known.account_id is null
        and accounts.stage_entered_on <= :as_of

),

marked as (

    select
        recorded.account_id,
        stage_names.stage,
        stage_names.limit_days,
        recorded.entered_on,
        recorded.left_on,
        case
            when
                lag(stage_names.stage) over (
                    partition by recorded.account_id
                    order by recorded.entered_on, recorded.left_on nulls last, stage_names.stage
                ) = stage_names.stage
                and coalesce(
                    lag(recorded.left_on) over (
                        partition by recorded.account_id
                        order by recorded.entered_on, recorded.left_on nulls last, stage_names.stage
                    ),
                    recorded.entered_on
                ) >= recorded.entered_on
                then 0
            else 1
        end as is_new
    from recorded
    inner join stage_names
        on coalesce(recorded.word, '') = stage_names.word

),

numbered as (

    select
        account_id,
        stage,
        limit_days,
        entered_on,
        left_on,
        sum(is_new) over (
            partition by account_id
            order by entered_on, left_on nulls last, stage
            rows between unbounded preceding and current row
        ) as stay
    from marked

),

merged as (

    select
        account_id,
        stay,
        stage,
        max(limit_days) as limit_days,
        min(entered_on) as entered_on,
        case when count(left_on) = count(*) then max(left_on) end as left_on
    from numbered
    group by account_id, stay, stage

)

select
    account_id,
    stay,
    stage,
    limit_days,
    entered_on,
    coalesce(
        left_on,
        lead(entered_on) over (
            partition by account_id
            order by stay
        )
    ) as left_on,
    lead(stage) over (
        partition by account_id
        order by stay
    ) as next_stage
from merged

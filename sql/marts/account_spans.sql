-- Attributes of each account as they were, one row per account and span without a change.
-- Where the history says nothing about an attribute on a day, today's value stands in.
with

edges as (

    select
        account_id,
        date '0001-01-01' as valid_from_on
    from accounts

    union distinct

    select
        account_id,
        valid_from_on
    from account_history

    union distinct

    select
        account_id,
        valid_to_on as valid_from_on
    from account_history
    where valid_to_on is not null

),

spans as (

    select
        account_id,
        valid_from_on,
        lead(valid_from_on, 1, date '9999-12-31') over (
            partition by account_id
            order by valid_from_on
        ) as valid_to_on
    from edges

),

known as (

    select
        spans.account_id,
        spans.valid_from_on,
        max(case when account_history.field = 'segment' then account_history.value end) as segment,
        max(case when account_history.field = 'region' then account_history.value end) as region,
        max(case when account_history.field = 'csm_id' then account_history.value end) as csm_id,
        max(case when account_history.field = 'lifecycle_stage' then account_history.value end)
            as lifecycle_stage,
        max(case when account_history.field = 'touch_model' then account_history.value end) as touch_model
    from spans
    inner join account_history
        on
            spans.account_id = account_history.account_id
            and spans.valid_from_on >= account_history.valid_from_on
            and (
                account_history.valid_to_on is null
                or spans.valid_from_on < account_history.valid_to_on
            )
    group by spans.account_id, spans.valid_from_on

)

select
    spans.account_id,
    spans.valid_from_on,
    spans.valid_to_on,
    coalesce(known.segment, accounts.segment) as segment,
    coalesce(known.region, accounts.region, 'Unknown') as region,
    coalesce(known.csm_id, accounts.csm_id) as csm_id,
    coalesce(known.lifecycle_stage, accounts.lifecycle_stage) as lifecycle_stage,
    coalesce(known.touch_model, accounts.touch_model) as touch_model
from spans
inner join accounts
    on spans.account_id = accounts.account_id
left join known
    on
        spans.account_id = known.account_id
        and spans.valid_from_on = known.valid_from_on

-- Messages of digital programmes as they stood on the as-of date, one row per message.
-- Params: as_of date, act_within_days integer.
-- Uses: visible_accounts.
-- Rests on: digital_touches.
-- The control arm's are withheld: it is never reached. Who acted did so by the as-of date; a message has
-- settled once the days that the policy leaves to act are over.
select
    digital_touches.touch_id,
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.currency,
    case when visible_accounts.churned_on <= :as_of then visible_accounts.churned_on end as churned_on,
    digital_touches.respondent_id,
    digital_touches.program,
    digital_touches.channel,
    coalesce(digital_touches.arm, 'no trial') as arm,
    cast(digital_touches.sent_at as date) as sent_on,
    cast(date_trunc('month', digital_touches.sent_at) as date) as month,
    case when digital_touches.respondent_id is not null then 1 else 0 end as is_identified,
    case
        when digital_touches.arm = 'control' or digital_touches.respondent_id is null then null
        when cast(digital_touches.reached_at as date) <= :as_of then cast(digital_touches.reached_at as date)
    end as reached_on,
    case
        when
            digital_touches.arm = 'control'
            and cast(digital_touches.reached_at as date) <= :as_of
            then 1
        else 0
    end as is_reached_in_control,
    case
        when
            cast(digital_touches.acted_at as date) <= :as_of
            and digital_touches.acted_at >= digital_touches.sent_at
            then cast(digital_touches.acted_at as date)
    end as acted_on,
    case
        when cast(:as_of as date) - cast(digital_touches.sent_at as date) >= :act_within_days then 1
        else 0
    end as is_settled
from digital_touches
inner join visible_accounts
    on digital_touches.account_id = visible_accounts.account_id
where cast(digital_touches.sent_at as date) <= :as_of

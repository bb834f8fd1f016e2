-- Messages of digital programmes and what became of each, one row per message; the window is on the day sent.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer.
-- Uses: digital_sends.
select
    touch_id,
    account_id,
    account_name,
    segment,
    program,
    channel,
    arm,
    sent_on,
    month,
    is_identified,
    case when reached_on is not null then 1 else 0 end as is_reached,
    case when acted_on - sent_on <= :act_within_days then 1 else 0 end as has_acted,
    is_reached_in_control,
    is_settled,
    reached_on,
    acted_on
from digital_sends
where
    (cast(:since as date) is null or sent_on >= :since)
    and (cast(:until as date) is null or sent_on < :until)

-- Messages of digital programmes, one row per message, the latest first.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer.
-- Uses: digital_messages.
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
    is_identified = 1 as is_identified,
    is_reached = 1 as is_reached,
    has_acted = 1 as has_acted,
    is_settled = 1 as is_settled,
    reached_on,
    acted_on
from digital_messages
order by sent_on desc nulls last, touch_id

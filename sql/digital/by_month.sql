-- Reach and effect of digital programmes, one row per month sent, programme, channel and arm.
-- Params: as_of date, since date, until date (exclusive), act_within_days integer.
-- Uses: digital_messages.
-- All but the number of messages are of settled ones.
select
    month,
    program,
    channel,
    arm,
    count(*) as messages,
    sum(is_settled) as settled,
    sum(is_settled * is_identified) as identified,
    sum(is_settled * is_reached) as reached,
    sum(is_settled * is_reached * has_acted) as reached_acted,
    sum(is_settled * has_acted) as acted,
    sum(is_reached_in_control) as reached_in_control
from digital_messages
group by month, program, channel, arm
order by month, program, channel, arm

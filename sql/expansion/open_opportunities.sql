-- Open expansion opportunities, one row per opportunity, the soonest to close first.
-- Params: as_of date, since date, until date (exclusive), stage_weights varchar.
-- Uses: open_opportunities as opportunities_then.
-- Rests on: opportunities.
with

latest_notes as (

    select
        timeline_entries.account_id,
        timeline_entries.note,
        timeline_entries.url,
        timeline_entries.happened_at
    from timeline_entries
    where
        timeline_entries.account_id in (
            select opportunities_then.account_id from opportunities_then
        )
        and cast(timeline_entries.happened_at as date) <= :as_of
    qualify row_number() over (
        partition by timeline_entries.account_id
        order by timeline_entries.happened_at desc nulls last, timeline_entries.entry_id
    ) = 1

)

select
    opportunities_then.opportunity_id,
    opportunities_then.account_id,
    opportunities_then.account_name,
    opportunities_then.segment,
    team_members.name as csm_name,
    opportunities_then.kind,
    opportunities_then.stage,
    opportunities_then.forecast_category,
    opportunities_then.expected_close_on,
    opportunities_then.month,
    opportunities_then.amount,
    opportunities_then.weight,
    cast(
        round(opportunities_then.amount * opportunities_then.weight, 2) as decimal(38, 2)
    ) as weighted_amount,
    latest_notes.note,
    latest_notes.url
from opportunities_then
left join team_members
    on opportunities_then.csm_id = team_members.member_id
left join latest_notes
    on opportunities_then.account_id = latest_notes.account_id
order by
    opportunities_then.expected_close_on nulls last,
    opportunities_then.amount desc nulls last,
    opportunities_then.opportunity_id

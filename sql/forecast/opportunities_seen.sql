-- Expansion opportunities as they were on past days, one row per snapshot day and opportunity open on it.
-- Params: as_of date, seen_since date: no snapshot day before it, most integer: rows of a past snapshot day.
-- Uses: visible_opportunities, rates.
-- Rests on: opportunities.
-- Snapshot days are the starts of fiscal quarters and the as-of date. Changes after the snapshot day are
-- undone; what closed since and has no history of its stage has an unknown one. Status and closing are as
-- known on the as-of date. What should have closed before the snapshot day is expected in the quarter of it.
with

quarters as (

    select
        period_start_on,
        period_end_on,
        row_number() over (order by period_start_on) as place
    from fiscal_periods
    where grain = 'quarter'

),

snapshots as (

    select quarters.period_start_on as snapshot_on
    from quarters
    where
        quarters.period_start_on >= :seen_since
        and quarters.period_start_on < :as_of

    union all

    select cast(:as_of as date) as snapshot_on

),

seen as (

    select
        snapshots.snapshot_on,
        visible_opportunities.opportunity_id,
        visible_opportunities.account_id,
        visible_opportunities.segment,
        visible_opportunities.kind,
        visible_opportunities.stage,
        visible_opportunities.forecast_category,
        visible_opportunities.amount,
        visible_opportunities.currency,
        visible_opportunities.expected_close_on,
        visible_opportunities.closed_on,
        visible_opportunities.won
    from visible_opportunities
    inner join snapshots
        on
            visible_opportunities.created_on <= snapshots.snapshot_on
            and (
                visible_opportunities.closed_on > snapshots.snapshot_on
                or (visible_opportunities.closed_on is null and visible_opportunities.won is null)
            )
    qualify
        snapshots.snapshot_on = cast(:as_of as date)
        or row_number() over (
            partition by snapshots.snapshot_on
            order by md5(visible_opportunities.opportunity_id), visible_opportunities.opportunity_id
        ) <= :most

),

undone as (

    select
        seen.snapshot_on,
        seen.opportunity_id,
        opportunity_history.field,
        opportunity_history.old_value
    from seen
    inner join opportunity_history
        on
            seen.opportunity_id = opportunity_history.opportunity_id
            and cast(opportunity_history.changed_at as date) > seen.snapshot_on
    qualify row_number() over (
        partition by seen.snapshot_on, seen.opportunity_id, opportunity_history.field
        order by opportunity_history.changed_at
    ) = 1

),

changes as (

    select
        snapshot_on,
        opportunity_id,
        max(case when field = 'stage' then 1 else 0 end) as stage_changed,
        max(case when field = 'stage' then old_value end) as stage,
        max(case when field = 'forecast_category' then 1 else 0 end) as category_changed,
        max(case when field = 'forecast_category' then old_value end) as forecast_category,
        max(case when field = 'amount' then 1 else 0 end) as amount_changed,
        max(case when field = 'amount' then try_cast(old_value as decimal(18, 2)) end) as amount,
        max(case when field = 'expected_close_on' then 1 else 0 end) as close_changed,
        max(
            case when field = 'expected_close_on' then try_cast(old_value as date) end
        ) as expected_close_on
    from undone
    group by snapshot_on, opportunity_id

),

then_open as (

    select
        seen.snapshot_on,
        seen.opportunity_id,
        seen.account_id,
        seen.segment,
        seen.kind,
        seen.currency,
        case
            when changes.stage_changed = 1 then changes.stage
            when seen.closed_on is null then seen.stage
        end as stage,
        case
            when changes.category_changed = 1 then changes.forecast_category
            else seen.forecast_category
        end as forecast_category,
        case when changes.amount_changed = 1 then changes.amount else seen.amount end as amount,
        case
            when changes.close_changed = 1 then changes.expected_close_on
            else seen.expected_close_on
        end as expected_close_on,
        case
            when seen.closed_on <= :as_of and seen.won then 'won'
            when seen.closed_on <= :as_of then 'lost'
            else 'open'
        end as status,
        case when seen.closed_on <= :as_of then seen.closed_on end as closed_on
    from seen
    left join changes
        on
            seen.snapshot_on = changes.snapshot_on
            and seen.opportunity_id = changes.opportunity_id

)

select
    then_open.snapshot_on,
    then_open.opportunity_id,
    then_open.account_id,
    then_open.segment,
    accounts.customer_since,
    then_open.kind,
    then_open.stage,
    then_open.forecast_category,
    cast(round(then_open.amount * rates.rate, 2) as decimal(38, 2)) as amount,
    then_open.expected_close_on,
    close_quarters.period_start_on as close_quarter,
    close_quarters.place - snapshot_quarters.place as horizon,
    then_open.status,
    then_open.closed_on,
    closed_quarters.place - snapshot_quarters.place as closed_horizon
from then_open
left join accounts
    on then_open.account_id = accounts.account_id
left join rates
    on then_open.currency = rates.currency
left join quarters as snapshot_quarters
    on
        then_open.snapshot_on >= snapshot_quarters.period_start_on
        and then_open.snapshot_on < snapshot_quarters.period_end_on
left join quarters as close_quarters
    on
        case
            when then_open.expected_close_on < then_open.snapshot_on then then_open.snapshot_on
            else then_open.expected_close_on
        end >= close_quarters.period_start_on
        and case
            when then_open.expected_close_on < then_open.snapshot_on then then_open.snapshot_on
            else then_open.expected_close_on
        end < close_quarters.period_end_on
left join quarters as closed_quarters
    on
        then_open.closed_on >= closed_quarters.period_start_on
        and then_open.closed_on < closed_quarters.period_end_on
order by then_open.snapshot_on, then_open.opportunity_id

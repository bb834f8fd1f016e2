-- What changed in a book since the last one-on-one, one row per change, the largest amount first.
-- Params: as_of date, compared_on date, since date, until date (exclusive), known_on date, level varchar.
-- Uses: visible_accounts, rates, changes_told, crossing_measures, stage_moves.
-- Rests on: accounts.
-- As overview/changes, with the measure that moved most behind a crossing of health, renewals that entered
-- the longest window of the renewal calendar, and moves from stage to stage. The amount of those is what is
-- due or open, below zero for an opportunity that was lost. What has no table did not change.
with

entering as (

    select
        renewals.renewal_id,
        renewals.account_id,
        renewals.due_on,
        renewals.due_on - :window_1 as entered_on,
        cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2)) as arr_due
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join rates
        on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    where renewals.status = 'open' or renewals.closed_on > :as_of

),

found as (

    select
        changes_told.kind,
        changes_told.account_id,
        changes_told.csm_id,
        changes_told.changed_on,
        changes_told.arr,
        changes_told.arr_before,
        changes_told.arr_after,
        changes_told.before,
        changes_told.after,
        changes_told.detail,
        changes_told.source_id,
        crossing_measures.measure,
        crossing_measures.score_before,
        crossing_measures.score_now
    from changes_told
    left join crossing_measures
        on
            changes_told.account_id = crossing_measures.account_id
            and changes_told.kind in ('became red', 'became green', 'left red')

    union all

    select
        'renewal ahead' as kind,
        account_id,
        cast(null as varchar) as csm_id,
        entered_on as changed_on,
        arr_due as arr,
        arr_due as arr_before,
        cast(null as decimal(38, 2)) as arr_after,
        cast(null as varchar) as before,
        cast(due_on as varchar) as after,
        cast(null as varchar) as detail,
        renewal_id as source_id,
        cast(null as varchar) as measure,
        cast(null as double) as score_before,
        cast(null as double) as score_now
    from entering

    union all

    select
        kind,
        account_id,
        csm_id,
        changed_on,
        arr,
        cast(null as decimal(38, 2)) as arr_before,
        cast(null as decimal(38, 2)) as arr_after,
        before,
        after,
        detail,
        source_id,
        cast(null as varchar) as measure,
        cast(null as double) as score_before,
        cast(null as double) as score_now
    from stage_moves

)

select
    found.kind,
    found.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    team_members.name as csm_name,
    found.changed_on,
    found.arr,
    found.arr_before,
    found.arr_after,
    found.before,
    found.after,
    found.detail,
    found.source_id,
    found.measure,
    found.score_before,
    found.score_now
from found
left join visible_accounts
    on found.account_id = visible_accounts.account_id
left join team_members
    on coalesce(visible_accounts.csm_id, found.csm_id) = team_members.member_id
where
    found.changed_on > :compared_on
    and found.changed_on <= :as_of
    and (cast(:since as date) is null or found.changed_on >= :since)
    and (cast(:until as date) is null or found.changed_on < :until)
    and (visible_accounts.account_id is not null or found.account_id is null)
order by
    abs(found.arr) desc nulls last,
    found.account_id,
    found.changed_on,
    found.kind,
    found.source_id

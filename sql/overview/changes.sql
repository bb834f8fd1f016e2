-- What changed at accounts since an earlier day, one row per change, the largest amount first.
-- Params: as_of date, compared_on date, since date, until date (exclusive), known_on date, level varchar.
-- Uses: visible_accounts, changes_told as found.
-- Rests on: accounts.
-- Changes are those after compared_on up to the as-of date. Movements of ARR are those of the bridge between
-- the two days, at the rates of the as-of date, and sum to its difference. Of all else the amount is what is
-- at stake, above zero where the news is good. What has no table did not change.
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
    found.source_id
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

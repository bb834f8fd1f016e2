-- Accounts the viewer may see and the filters keep, as they were on the as-of date, one row per account.
-- Params: as_of date, all_accounts boolean, member_ids list, pool boolean, the filters.
-- Rests on: accounts.
select
    accounts.account_id,
    accounts.account_name,
    account_spans.segment,
    account_spans.region,
    account_spans.csm_id,
    account_spans.lifecycle_stage,
    accounts.currency,
    accounts.churned_on
from accounts
inner join account_spans
    on
        accounts.account_id = account_spans.account_id
        and account_spans.valid_from_on <= :as_of
        and account_spans.valid_to_on > :as_of
where
    (:all_accounts or accounts.csm_id in :member_ids or (:pool and accounts.touch_model = 'pooled'))
    and (:all_segments or account_spans.segment in :segments)
    and (:all_regions or account_spans.region in :regions)
    and (:all_csms or coalesce(account_spans.csm_id, 'unassigned') in :csm_ids)

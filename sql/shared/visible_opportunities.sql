-- Opportunities the viewer may see and the filters keep, as they are today, one row per opportunity.
-- Params: all_accounts boolean, member_ids list, the filters, reporting_currency varchar.
-- Uses: visible_accounts.
-- One without an account is seen by whoever sees every account and by its CSM. A probability that is no
-- share is unknown.
select
    opportunities.opportunity_id,
    opportunities.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    opportunities.csm_id,
    opportunities.kind,
    opportunities.product_id,
    opportunities.source,
    opportunities.stage,
    case
        when opportunities.probability between 0 and 1 then opportunities.probability
    end as probability,
    opportunities.forecast_category,
    opportunities.amount,
    coalesce(opportunities.currency, visible_accounts.currency, :reporting_currency) as currency,
    opportunities.created_on,
    opportunities.expected_close_on,
    opportunities.closed_on,
    opportunities.won
from opportunities
left join visible_accounts
    on opportunities.account_id = visible_accounts.account_id
where
    visible_accounts.account_id is not null
    or (
        opportunities.account_id is null
        and (:all_accounts or opportunities.csm_id in :member_ids)
        and (:all_csms or coalesce(opportunities.csm_id, 'unassigned') in :csm_ids)
        and :all_segments
        and :all_regions
    )

-- Expansion won by the as-of date, one row per opportunity.
-- Params: as_of date, since date, until date (exclusive).
-- Uses: opportunities_as_of.
-- Rests on: opportunities.
-- Days are those from opening to closing; without one of the two, or closed before it was opened, there are
-- none.
select
    opportunities_as_of.opportunity_id,
    opportunities_as_of.account_id,
    opportunities_as_of.account_name,
    opportunities_as_of.segment,
    opportunities_as_of.csm_id,
    opportunities_as_of.kind,
    opportunities_as_of.product_id,
    opportunities_as_of.source,
    case when opportunities_as_of.source = 'csm' then 'csm' else 'other' end as sourced_by,
    opportunities_as_of.created_on,
    opportunities_as_of.closed_on,
    case
        when opportunities_as_of.closed_on is not null
            then coalesce(
                fiscal_periods.period_start_on,
                cast(date_trunc('quarter', opportunities_as_of.closed_on) as date)
            )
    end as quarter,
    case
        when opportunities_as_of.closed_on >= opportunities_as_of.created_on
            then opportunities_as_of.closed_on - opportunities_as_of.created_on
    end as days,
    opportunities_as_of.amount
from opportunities_as_of
left join fiscal_periods
    on
        fiscal_periods.grain = 'quarter'
        and opportunities_as_of.closed_on >= fiscal_periods.period_start_on
        and opportunities_as_of.closed_on < fiscal_periods.period_end_on
where
    opportunities_as_of.outcome = 'won'
    and (cast(:since as date) is null or opportunities_as_of.closed_on >= :since)
    and (cast(:until as date) is null or opportunities_as_of.closed_on < :until)

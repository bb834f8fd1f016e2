-- Opportunities of one account known by the as-of date, one row per opportunity, those that are open first.
-- Params: as_of date, account_id varchar, since date, until date (exclusive): of the expected close,
--         stage_weights varchar.
-- Uses: visible_opportunities as opportunities_now, open_opportunities as opportunities_then, rates.
-- An open one is as it was on the as-of date, a closed one as it closed.
-- Rests on: opportunities.
with

known as (

    select
        opportunities_then.opportunity_id,
        'open' as status,
        opportunities_then.kind,
        opportunities_then.stage,
        opportunities_then.forecast_category,
        opportunities_then.created_on,
        opportunities_then.expected_close_on,
        cast(null as date) as closed_on,
        opportunities_then.amount,
        opportunities_then.weight as probability
    from opportunities_then
    where opportunities_then.account_id = :account_id

    union all

    select
        opportunities_now.opportunity_id,
        case
            when opportunities_now.won then 'won'
            when not opportunities_now.won then 'lost'
            else 'closed'
        end as status,
        opportunities_now.kind,
        opportunities_now.stage,
        opportunities_now.forecast_category,
        opportunities_now.created_on,
        opportunities_now.expected_close_on,
        opportunities_now.closed_on,
        cast(round(opportunities_now.amount * rates.rate, 2) as decimal(38, 2)) as amount,
        cast(null as decimal(28, 6)) as probability
    from opportunities_now
    left join rates
        on opportunities_now.currency = rates.currency
    where
        opportunities_now.account_id = :account_id
        and (opportunities_now.closed_on is not null or opportunities_now.won is not null)
        and (opportunities_now.closed_on is null or opportunities_now.closed_on <= :as_of)
        and (cast(:since as date) is null or opportunities_now.expected_close_on >= :since)
        and (cast(:until as date) is null or opportunities_now.expected_close_on < :until)

)

select
    opportunity_id,
    status,
    kind,
    stage,
    forecast_category,
    created_on,
    expected_close_on,
    closed_on,
    amount,
    probability
from known
order by
    case when status = 'open' then 0 else 1 end,
    expected_close_on desc nulls last,
    opportunity_id

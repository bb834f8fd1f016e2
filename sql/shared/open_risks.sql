-- Risks open on the as-of date with the ARR behind them, one row per risk.
-- Params: as_of date.
-- Uses: visible_risks, account_arr.
-- An account's ARR counts once per category and once in all: with its escalated risk, else with its oldest.
with

then_open as (

    select
        visible_risks.risk_id,
        visible_risks.account_id,
        visible_risks.account_name,
        visible_risks.segment,
        visible_risks.csm_id,
        visible_risks.category,
        visible_risks.source,
        visible_risks.severity,
        visible_risks.owner_id,
        visible_risks.opened_on,
        visible_risks.escalated_on,
        cast(:as_of as date) - visible_risks.opened_on as age_days,
        visible_risks.note,
        account_arr.arr
    from visible_risks
    left join account_arr
        on visible_risks.account_id = account_arr.account_id
    where visible_risks.resolved_on is null

)

select
    risk_id,
    account_id,
    account_name,
    segment,
    csm_id,
    category,
    source,
    severity,
    owner_id,
    opened_on,
    escalated_on,
    age_days,
    note,
    arr,
    row_number() over (
        partition by account_id, category
        order by
            case when escalated_on is null then 1 else 0 end,
            opened_on,
            risk_id
    ) = 1 as counts_in_category,
    row_number() over (
        partition by account_id
        order by
            case when escalated_on is null then 1 else 0 end,
            opened_on,
            risk_id
    ) = 1 as counts_in_all
from then_open

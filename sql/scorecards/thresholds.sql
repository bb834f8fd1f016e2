-- What other thresholds make of the scores, one row per proposal, band now and band then.
-- Params: as_of date, scorecard varchar, the health policy and the scorecards.
-- Uses: customers, scorecard_scores.
-- Tertiles: a third of the scored customers in each band. Quintiles: the lowest fifth red, the next two
-- amber, the top two green. Thresholds are rounded to one decimal before they are used; a score at a
-- threshold lies above it. `chosen` are the thresholds in use.
with

scored as (

    select
        customers.account_id,
        customers.arr,
        cast(scorecard_scores.score as double) as score,
        scorecard_scores.health_band
    from customers
    inner join scorecard_scores
        on customers.account_id = scorecard_scores.account_id
    where scorecard_scores.scorecard = :scorecard

),

proposed as (

    select
        1 as position,
        'chosen' as proposal,
        case
            when :scorecard = 'health' then :red_below
            when :scorecard = 'vendor' then :card_vendor_red_below
            when :scorecard = 'engagement' then :card_engagement_red_below
            else :card_maturity_red_below
        end as red_below,
        case
            when :scorecard = 'health' then :amber_below
            when :scorecard = 'vendor' then :card_vendor_amber_below
            when :scorecard = 'engagement' then :card_engagement_amber_below
            else :card_maturity_amber_below
        end as amber_below
    union all
    select
        2 as position,
        'tertiles' as proposal,
        round(percentile_cont(0.333333) within group (order by score), 1) as red_below,
        round(percentile_cont(0.666667) within group (order by score), 1) as amber_below
    from scored
    union all
    select
        3 as position,
        'quintiles' as proposal,
        round(percentile_cont(0.2) within group (order by score), 1) as red_below,
        round(percentile_cont(0.6) within group (order by score), 1) as amber_below
    from scored

),

moved as (

    select
        proposed.position,
        proposed.proposal,
        cast(proposed.red_below as double) as red_below,
        cast(proposed.amber_below as double) as amber_below,
        scored.arr,
        scored.health_band as band_now,
        case
            when scored.score < proposed.red_below then 'red'
            when scored.score < proposed.amber_below then 'amber'
            when scored.score is not null then 'green'
        end as band_then
    from scored
    cross join proposed

)

select
    proposal,
    red_below,
    amber_below,
    band_now,
    band_then,
    count(*) as accounts,
    sum(arr) as arr
from moved
group by position, proposal, red_below, amber_below, band_now, band_then
order by position, band_now nulls last, band_then nulls last

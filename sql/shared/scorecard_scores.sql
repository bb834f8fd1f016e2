-- Score, coverage and band of every scorecard on the as-of date, one row per customer and scorecard.
-- Params: as_of date, the health policy and the scorecards.
-- Uses: customers, measures_on_as_of as measures, account_health, measures_long.
-- Health is scored by its halves; the others are the weighted mean of what is measured.
with

weighed as (

    select
        account_id,
        scorecard,
        sum(score * weight) as points,
        sum(case when score is null then 0 else weight end) as covered
    from measures_long
    where scorecard <> 'health'
    group by account_id, scorecard

),

others as (

    select
        account_id,
        scorecard,
        round(covered, 9) as coverage,
        case scorecard
            when 'vendor' then :card_vendor_minimum_coverage
            when 'engagement' then :card_engagement_minimum_coverage
            else :card_maturity_minimum_coverage
        end as minimum_coverage,
        case scorecard
            when 'vendor' then :card_vendor_red_below
            when 'engagement' then :card_engagement_red_below
            else :card_maturity_red_below
        end as red_below,
        case scorecard
            when 'vendor' then :card_vendor_amber_below
            when 'engagement' then :card_engagement_amber_below
            else :card_maturity_amber_below
        end as amber_below,
        round(points / nullif(covered, 0), 6) as score
    from weighed

),

scored as (

    select
        account_id,
        scorecard,
        coverage,
        red_below,
        amber_below,
        case when coverage >= minimum_coverage and coverage > 0 then score end as score
    from others

)

select
    customers.account_id,
    'health' as scorecard,
    coalesce(account_health.coverage, 0) as coverage,
    account_health.overall_score as score,
    account_health.health_band
from customers
left join account_health
    on customers.account_id = account_health.account_id

union all

select
    account_id,
    scorecard,
    coverage,
    score,
    case
        when score < red_below then 'red'
        when score < amber_below then 'amber'
        when score is not null then 'green'
    end as health_band
from scored

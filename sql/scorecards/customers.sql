-- Customers with one scorecard's score and every measure, one row per customer, the lowest score first.
-- Params: as_of date, scorecard varchar, the health policy and the scorecards.
-- Uses: customers, scorecard_scores, measures_long.
with

wide as (

    select
        account_id,
        max(case when measure = 'deployment' then score end) as deployment,
        max(case when measure = 'engagement' then score end) as engagement,
        max(case when measure = 'adoption' then score end) as adoption,
        max(case when measure = 'roi' then score end) as roi,
        max(case when measure = 'nps' then score end) as nps,
        max(case when measure = 'support' then score end) as support,
        max(case when measure = 'sentiment' then score end) as sentiment,
        max(case when measure = 'retention' then score end) as retention,
        max(case when measure = 'expansion' then score end) as expansion,
        max(case when measure = 'advocacy' then score end) as advocacy,
        max(case when measure = 'executive' then score end) as executive,
        max(case when measure = 'touches' then score end) as touches,
        max(case when measure = 'survey' then score end) as survey,
        max(case when measure = 'maturity' then score end) as maturity,
        max(case when measure = 'features' then score end) as features,
        max(case when measure = 'objectives' then score end) as objectives
    from measures_long
    group by account_id

)

select
    customers.account_id,
    customers.account_name,
    customers.segment,
    team_members.name as csm_name,
    customers.arr,
    scorecard_scores.score,
    scorecard_scores.health_band,
    scorecard_scores.coverage,
    wide.deployment,
    wide.engagement,
    wide.adoption,
    wide.roi,
    wide.nps,
    wide.support,
    wide.sentiment,
    wide.retention,
    wide.expansion,
    wide.advocacy,
    wide.executive,
    wide.touches,
    wide.survey,
    wide.maturity,
    wide.features,
    wide.objectives
from customers
inner join scorecard_scores
    on customers.account_id = scorecard_scores.account_id
inner join wide
    on customers.account_id = wide.account_id
left join team_members
    on customers.csm_id = team_members.member_id
where scorecard_scores.scorecard = :scorecard
order by scorecard_scores.score nulls last, customers.arr desc nulls last, customers.account_id

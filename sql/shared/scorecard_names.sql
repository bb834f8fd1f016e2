-- Measures by scorecard with their weights, one row per measure; position is the order they are shown in.
-- Params: the weights of the health policy and of the scorecards.
select
    1 as position,
    'health' as scorecard,
    'deployment' as measure,
    :weight_deployment * :weight_outcomes as weight
union all
select
    2 as position,
    'health' as scorecard,
    'engagement' as measure,
    :weight_engagement * :weight_outcomes as weight
union all
select
    3 as position,
    'health' as scorecard,
    'adoption' as measure,
    :weight_adoption * :weight_outcomes as weight
union all
select
    4 as position,
    'health' as scorecard,
    'roi' as measure,
    :weight_roi * :weight_outcomes as weight
union all
select
    5 as position,
    'health' as scorecard,
    'nps' as measure,
    :weight_nps * :weight_experience as weight
union all
select
    6 as position,
    'health' as scorecard,
    'support' as measure,
    :weight_support * :weight_experience as weight
union all
select
    7 as position,
    'health' as scorecard,
    'sentiment' as measure,
    :weight_sentiment * :weight_experience as weight
union all
select
    8 as position,
    'vendor' as scorecard,
    'retention' as measure,
    :weight_retention as weight
union all
select
    9 as position,
    'vendor' as scorecard,
    'expansion' as measure,
    :weight_expansion as weight
union all
select
    10 as position,
    'vendor' as scorecard,
    'advocacy' as measure,
    :weight_advocacy as weight
union all
select
    11 as position,
    'engagement' as scorecard,
    'executive' as measure,
    :weight_executive as weight
union all
select
    12 as position,
    'engagement' as scorecard,
    'touches' as measure,
    :weight_touches as weight
union all
select
    13 as position,
    'engagement' as scorecard,
    'survey' as measure,
    :weight_survey as weight
union all
select
    14 as position,
    'maturity' as scorecard,
    'maturity' as measure,
    :weight_maturity as weight
union all
select
    15 as position,
    'maturity' as scorecard,
    'features' as measure,
    :weight_features as weight
union all
select
    16 as position,
    'maturity' as scorecard,
    'objectives' as measure,
    :weight_objectives as weight

-- What makes up one account's score, one row per measure, in the order of the policy.
-- Params: as_of date, account_id varchar, the health policy.
-- Uses: visible_accounts, measures_on_as_of as measures, score_parts.
-- Rests on: health_scores.
-- A contribution is the weight the measure really has, after those of missing ones went to the others of its
-- group, times its score; contributions sum to the overall score.
select
    score_parts.measure,
    score_parts.dimension,
    score_parts.score,
    score_parts.measured_on,
    cast(:as_of as date) - score_parts.measured_on as age_days,
    score_parts.state = 'stale' as is_stale,
    score_parts.weight,
    score_parts.contribution
from visible_accounts
inner join score_parts
    on visible_accounts.account_id = score_parts.account_id
where visible_accounts.account_id = :account_id
order by score_parts.position

-- What made one account's score change since an earlier day, one row per measure, in the order of the policy.
-- Params: as_of date, compared_on date, account_id varchar, the health policy.
-- Uses: visible_accounts, measures_on_two_days as measures, account_health, score_parts.
-- Rests on: health_scores.
-- Of a measure that counted on both days, what its score did at the mean of its two weights; what remains is
-- its weight. Of one that came, went, or went stale, all is weight. Both sum to the change of its
-- contribution, and the changes to that of the score.
with

days as (

    select
        account_health.account_id,
        max(case when account_health.week_on = :compared_on then account_health.overall_score end)
            as overall_before,
        max(case when account_health.week_on = :as_of then account_health.overall_score end) as overall_now,
        max(case when account_health.week_on = :compared_on then account_health.coverage end)
            as coverage_before,
        max(case when account_health.week_on = :as_of then account_health.coverage end) as coverage_now
    from account_health
    where account_health.account_id = :account_id
    group by account_health.account_id

),

sides as (

    select
        score_parts.account_id,
        score_parts.position,
        score_parts.measure,
        score_parts.dimension,
        max(case when score_parts.week_on = :compared_on then score_parts.score end) as score_before,
        max(case when score_parts.week_on = :as_of then score_parts.score end) as score_now,
        max(case when score_parts.week_on = :compared_on then score_parts.state end) as state_before,
        max(case when score_parts.week_on = :as_of then score_parts.state end) as state_now,
        max(case when score_parts.week_on = :compared_on then score_parts.weight end) as weight_before,
        max(case when score_parts.week_on = :as_of then score_parts.weight end) as weight_now,
        max(case when score_parts.week_on = :compared_on then score_parts.contribution end)
            as contribution_before,
        max(case when score_parts.week_on = :as_of then score_parts.contribution end)
            as contribution_now
    from score_parts
    where score_parts.account_id = :account_id
    group by
        score_parts.account_id, score_parts.position, score_parts.measure, score_parts.dimension

),

changed as (

    select
        sides.account_id,
        sides.position,
        sides.measure,
        sides.dimension,
        sides.score_before,
        sides.score_now,
        coalesce(sides.state_before, 'missing') as state_before,
        coalesce(sides.state_now, 'missing') as state_now,
        sides.weight_before,
        sides.weight_now,
        coalesce(sides.contribution_before, 0) as contribution_before,
        coalesce(sides.contribution_now, 0) as contribution_now,
        coalesce(sides.contribution_now, 0) - coalesce(sides.contribution_before, 0) as change,
        coalesce(
            (sides.weight_before + sides.weight_now) / 2 * (sides.score_now - sides.score_before), 0
        ) as by_score
    from sides

)

select
    changed.measure,
    changed.dimension,
    changed.score_before,
    changed.score_now,
    changed.state_before,
    changed.state_now,
    changed.weight_before,
    changed.weight_now,
    changed.contribution_before,
    changed.contribution_now,
    changed.change,
    changed.by_score,
    changed.change - changed.by_score as by_weight,
    days.overall_before,
    days.overall_now,
    days.coverage_before,
    days.coverage_now
from visible_accounts
inner join changed
    on visible_accounts.account_id = changed.account_id
inner join days
    on changed.account_id = days.account_id
order by changed.position

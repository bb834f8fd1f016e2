-- Objectives with their progress and what they wait for, one row per objective, the soonest due first.
-- Params: as_of date, since date, until date (exclusive): of the due day; the rules of success plans.
-- Uses: plan_objectives.
select
    plan_objectives.objective_id,
    plan_objectives.account_id,
    plan_objectives.account_name,
    plan_objectives.segment,
    plan_objectives.region,
    team_members.name as csm_name,
    plan_objectives.arr,
    plan_objectives.holder,
    plan_objectives.goal,
    plan_objectives.kind,
    plan_objectives.status,
    plan_objectives.progress,
    plan_objectives.band,
    plan_objectives.baseline_value,
    plan_objectives.goal_value,
    plan_objectives.current_value,
    plan_objectives.due_on,
    plan_objectives.days_to_due,
    plan_objectives.due,
    plan_objectives.last_validated_on,
    plan_objectives.days_since_validated,
    plan_objectives.validation
from plan_objectives
left join team_members
    on plan_objectives.csm_id = team_members.member_id
where
    (cast(:since as date) is null or plan_objectives.due_on >= :since)
    and (cast(:until as date) is null or plan_objectives.due_on < :until)
order by plan_objectives.due_on nulls last, plan_objectives.objective_id

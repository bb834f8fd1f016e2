-- Objectives of one account, one row per objective, the soonest due first.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts.
-- Rests on: objectives.
-- Values and status are those of the load: their history is not known. A confirmation after the as-of date
-- has not happened yet.
select
    objectives.objective_id,
    objectives.goal,
    objectives.kind,
    objectives.status,
    objectives.baseline_value,
    objectives.current_value,
    objectives.goal_value,
    -- Of values that are no numbers the way is none either.
    case
        when
            abs(
                (objectives.current_value - objectives.baseline_value)
                / nullif(objectives.goal_value - objectives.baseline_value, 0)
            ) < 1e15
            then
                (objectives.current_value - objectives.baseline_value)
                / nullif(objectives.goal_value - objectives.baseline_value, 0)
    end as progress_share,
    objectives.due_on,
    case
        when objectives.last_validated_on <= :as_of then objectives.last_validated_on
    end as last_validated_on
from objectives
inner join visible_accounts
    on objectives.account_id = visible_accounts.account_id
where objectives.account_id = :account_id
order by objectives.due_on nulls last, objectives.objective_id

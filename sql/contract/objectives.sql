-- What customers want to achieve, one row per objective.
create table objectives (
    objective_id varchar not null, -- [key] The company's id for the objective.
    account_id varchar not null, -- [ref accounts] Account.
    goal varchar not null, -- The objective in words.
    kind varchar, -- Kind in the company's words.
    baseline_value double, -- Value at the start.
    goal_value double, -- Value wanted.
    current_value double, -- Value last seen.
    due_on date, -- Day it should be reached.
    status varchar, -- on_track, at_risk, attained, missed and whatever the company uses.
    last_validated_on date -- Day the customer last confirmed it.
);

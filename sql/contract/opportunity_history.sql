-- Changes of opportunities, one row per opportunity, moment and field.
create table opportunity_history (
    opportunity_id varchar not null, -- [key] [ref opportunities] Opportunity.
    changed_at timestamp not null, -- [key] Moment of the change, UTC.
    field varchar not null, -- [key] Field that changed: forecast_category, stage, amount, expected_close_on.
    old_value varchar, -- Value before.
    new_value varchar -- Value after.
);

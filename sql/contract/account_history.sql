-- What an account's attributes used to be, one row per account, attribute and span.
create table account_history (
    account_id varchar not null, -- [key] [ref accounts] Account.
    field varchar not null, -- [key] [one of segment, csm_id, lifecycle_stage, region, touch_model] Attribute.
    value varchar not null, -- Value in the span.
    valid_from_on date not null, -- [key] First day of the value.
    valid_to_on date -- First day the value no longer held; empty is still held.
);

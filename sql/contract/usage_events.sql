-- First time an account did something that matters, one row per account and behaviour.
create table usage_events (
    account_id varchar not null, -- [key] [ref accounts] Account.
    behaviour varchar not null, -- [key] What was done.
    first_done_on date not null -- Day it was first done.
);

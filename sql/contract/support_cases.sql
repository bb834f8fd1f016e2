-- Support cases, one row per case.
create table support_cases (
    case_id varchar not null, -- [key] The company's id for the case.
    account_id varchar not null, -- [ref accounts] Account.
    priority varchar, -- Priority in the company's words.
    opened_at timestamp not null, -- Moment it was opened, UTC.
    closed_at timestamp, -- Moment it was closed, UTC; empty is open.
    csat integer -- [1 to 5] Rating given when it was closed.
);

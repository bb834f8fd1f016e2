-- What customers did for the company, one row per event.
create table advocacy_events (
    event_id varchar not null, -- [key] The company's id for the event.
    account_id varchar not null, -- [ref accounts] Account.
    member_id varchar, -- [ref team_members] Who arranged it.
    kind varchar not null, -- Reference call, case study, referral and so on.
    qualifies_as varchar, -- [one of csqa, csql] Customer-success qualified advocate or lead.
    happened_on date not null, -- Day.
    influenced_arr decimal(18, 2), -- [money] ARR of the sales it helped.
    currency varchar -- ISO 4217 code; empty is the account's.
);

-- Messages of digital programmes, one row per person and message.
create table digital_touches (
    touch_id varchar not null, -- [key] The company's id for the touch.
    account_id varchar not null, -- [ref accounts] Account.
    respondent_id varchar, -- The company's id for the person.
    program varchar not null, -- Programme.
    channel varchar not null, -- E-mail, in-app and so on.
    arm varchar, -- [one of test, control] Arm of the trial.
    sent_at timestamp not null, -- Moment it was sent, or withheld for the control arm, UTC.
    reached_at timestamp, -- Moment it was seen, UTC.
    acted_at timestamp -- Moment the person did what was asked, UTC.
);

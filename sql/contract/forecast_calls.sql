-- What was forecast for a renewal and when, one row per call.
create table forecast_calls (
    call_id varchar not null, -- [key] The company's id for the call.
    renewal_id varchar not null, -- [ref renewals] Renewal.
    called_by varchar not null, -- Member id of the person, or the name of the model.
    called_at timestamp not null, -- Moment of the call, UTC.
    source varchar not null, -- [one of csm, manager, model] Whose call it is.
    forecast_category varchar, -- Category called.
    amount decimal(18, 2), -- [money] ARR expected to renew, in the renewal's currency.
    likelihood double -- [share] Probability called.
);

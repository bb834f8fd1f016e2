-- Contracts coming to their end, one row per account and due date.
create table renewals (
    renewal_id varchar not null, -- [key] The company's id for the renewal.
    account_id varchar not null, -- [ref accounts] Account.
    subscription_id varchar, -- [ref subscriptions] Contract line.
    due_on date not null, -- Day the term ends.
    arr_due decimal(18, 2) not null, -- [money] [at least 0] ARR before the renewal, of all lines that end that day.
    currency varchar, -- ISO 4217 code; empty is the account's.
    status varchar not null, -- [one of open, renewed, churned] Outcome so far.
    closed_on date, -- Day of the outcome.
    arr_renewed decimal(18, 2), -- [money] [at least 0] ARR that replaced what was due.
    forecast_category varchar, -- CSM's call: commit, best_case, at_risk and whatever the company uses.
    renewal_likelihood varchar, -- [one of not_likely, unsure, likely] The customer's own answer.
    churn_reason varchar, -- Why the customer left.
    churn_controllable boolean -- Whether the company could have prevented it.
);

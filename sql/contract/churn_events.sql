-- Customers who left outside a renewal, one row per leaving.
create table churn_events (
    event_id varchar not null, -- [key] The company's id for the event.
    account_id varchar not null, -- [ref accounts] Account.
    churned_on date not null, -- First day no longer a customer.
    reason varchar, -- Why the customer left.
    controllable boolean, -- Whether the company could have prevented it.
    note varchar -- What is known.
);

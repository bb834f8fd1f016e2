-- What customers pay for, one row per line of a contract.
create table subscriptions (
    subscription_id varchar not null, -- [key] The company's id for the line.
    account_id varchar not null, -- [ref accounts] Account.
    product_id varchar, -- [ref products] Product.
    signed_on date, -- Day of signature.
    starts_on date not null, -- First day the line is live.
    ends_on date, -- First day the line is no longer live (exclusive); empty has no end.
    arr decimal(18, 2) not null, -- [money] ARR of the line while it is live; 0 is a trial.
    currency varchar, -- ISO 4217 code; empty is the account's.
    licensed_seats integer, -- [at least 0] Seats bought.
    term_months integer, -- [at least 0] Length of the term.
    auto_renew boolean, -- Renews unless notice is given.
    notice_days integer, -- [at least 0] Days of notice.
    uplift_share double -- [share] Price rise agreed for the next term.
);

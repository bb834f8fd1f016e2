-- Use of the product, one row per account and week.
create table usage_weekly (
    account_id varchar not null, -- [key] [ref accounts] Account.
    week_on date not null, -- [key] Monday of the week.
    active_users integer, -- [at least 0] People who used the product in the week.
    licensed_seats integer, -- [at least 0] Seats licensed in the week.
    features_used integer, -- [at least 0] Features used in the week.
    features_entitled integer -- [at least 0] Features the account may use.
);

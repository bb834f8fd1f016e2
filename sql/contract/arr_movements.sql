-- Changes of ARR, one row per account, day and cause.
create table arr_movements (
    movement_id varchar not null, -- [key] The company's id for the movement.
    account_id varchar not null, -- [ref accounts] Account.
    product_id varchar, -- [ref products] Product.
    subscription_id varchar, -- [ref subscriptions] Contract line.
    effective_on date not null, -- Day from which the ARR is different.
    recorded_at timestamp not null, -- Moment the movement was booked, UTC; later than the effective day when back-dated.
    movement varchar not null, -- [one of new, expansion, contraction, churn, reactivation] Kind, by account and not by product.
    reason varchar, -- Cause: seats, product, price, fx and whatever the company uses.
    amount decimal(18, 2) not null, -- [money] Signed change of ARR.
    currency varchar -- ISO 4217 code; empty is the account's.
);

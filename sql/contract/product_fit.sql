-- How well a product would suit an account, one row per account and product.
create table product_fit (
    account_id varchar not null, -- [key] [ref accounts] Account.
    product_id varchar not null, -- [key] [ref products] Product.
    propensity double, -- [share] Likelihood to buy.
    potential_arr decimal(18, 2), -- [money] ARR it could bring.
    currency varchar -- ISO 4217 code; empty is the account's.
);

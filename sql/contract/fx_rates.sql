-- Exchange rates, one row per currency and day.
create table fx_rates (
    currency varchar not null, -- [key] ISO 4217 code.
    valid_on date not null, -- [key] First day of the rate; it holds until the next one.
    rate_to_reporting decimal(18, 8) not null -- [more than 0] Reporting currency for one unit of the currency.
);

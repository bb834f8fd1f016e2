-- Exchange rates with the days they hold for, one row per currency and rate.
-- Wide on purpose: DuckDB multiplies decimals of 18 digits in 64 bits, which end at 900 million.
select
    currency,
    valid_on as starts_on,
    lead(valid_on, 1, date '9999-12-31') over (
        partition by currency
        order by valid_on
    ) as ends_on,
    cast(rate_to_reporting as decimal(28, 8)) as rate
from fx_rates
order by currency, starts_on

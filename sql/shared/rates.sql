-- Rates to the reporting currency that hold on the as-of date, one row per currency.
-- Params: as_of date, reporting_currency varchar.
-- From the contract table, not from fx_spans: files are checked before anything is derived.
-- Wide on purpose: DuckDB multiplies decimals of 18 digits in 64 bits, which end at 900 million.
select
    cast(:reporting_currency as varchar) as currency,
    cast(1 as decimal(28, 8)) as rate

union all

select
    currency,
    cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8)) as rate
from fx_rates
where
    valid_on <= :as_of
    and currency <> :reporting_currency
group by currency

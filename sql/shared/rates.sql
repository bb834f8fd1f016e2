-- Rates to the reporting currency that hold on the as-of date, one row per currency.
-- Params: as_of date.
select
    currency,
    max_by(rate_to_reporting, valid_on) as rate
from fx_rates
where valid_on <= :as_of
group by currency

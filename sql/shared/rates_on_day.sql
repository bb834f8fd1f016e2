-- Rates to the reporting currency that the policy takes for one day, one row per currency.
-- Params: on_day date, as_of date, fx_rule varchar, reporting_currency varchar.
-- Constant rates are those of the as-of date, so that the days of an answer compare.
select
    cast(:reporting_currency as varchar) as currency,
    cast(1 as decimal(28, 8)) as rate

union all

select
    currency,
    rate
from fx_spans
where
    starts_on <= case when :fx_rule = 'actual' then :on_day else :as_of end
    and ends_on > case when :fx_rule = 'actual' then :on_day else :as_of end
    and currency <> :reporting_currency

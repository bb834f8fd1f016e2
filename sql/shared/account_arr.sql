-- ARR on the as-of date in the reporting currency, one row per account; empty where no ARR was loaded.
-- Params: as_of date.
-- Uses: rates.
select
    arr_spans.account_id,
    sum(cast(round(arr_spans.arr * rates.rate, 2) as decimal(18, 2))) as arr
from arr_spans
left join rates
    on arr_spans.currency = rates.currency
where
    arr_spans.starts_on <= :as_of
    and (arr_spans.ends_on is null or arr_spans.ends_on > :as_of)
group by arr_spans.account_id

-- ARR on the as-of date in the reporting currency, one row per account; empty where no ARR was loaded.
-- Params: as_of date.
-- Uses: rates.
-- Nothing is nothing in any currency; an account that pays only in currencies without a rate has a null ARR.
select
    arr_spans.account_id,
    case
        when sum(case when arr_spans.arr <> 0 then 1 else 0 end) = 0 then 0
        else sum(
            case
                when arr_spans.arr <> 0
                    then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
            end
        )
    end as arr
from arr_spans
left join rates
    on arr_spans.currency = rates.currency
where
    arr_spans.starts_on <= :as_of
    and (arr_spans.ends_on is null or arr_spans.ends_on > :as_of)
group by arr_spans.account_id

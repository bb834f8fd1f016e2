-- Values that changes after the as-of date replaced, one row per opportunity changed since.
-- Params: as_of date.
with

undone as (

    select
        opportunity_id,
        field,
        old_value
    from opportunity_history
    where cast(changed_at as date) > :as_of
    qualify row_number() over (partition by opportunity_id, field order by changed_at) = 1

)

select
    opportunity_id,
    max(case when field = 'stage' then 1 else 0 end) as stage_changed,
    max(case when field = 'stage' then old_value end) as stage,
    max(case when field = 'forecast_category' then 1 else 0 end) as category_changed,
    max(case when field = 'forecast_category' then old_value end) as forecast_category,
    max(case when field = 'amount' then 1 else 0 end) as amount_changed,
    max(case when field = 'amount' then try_cast(old_value as decimal(18, 2)) end) as amount,
    max(case when field = 'expected_close_on' then 1 else 0 end) as close_changed,
    max(
        case when field = 'expected_close_on' then try_cast(old_value as date) end
    ) as expected_close_on
from undone
group by opportunity_id

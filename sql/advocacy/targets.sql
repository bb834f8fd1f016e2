-- Targets of qualified advocates and leads, one row per period and metric.
-- Params: all_accounts boolean.
-- Rests on: targets.
-- They are the company's: who sees a part of it is not measured by them.
select
    period_start_on,
    period_end_on,
    metric,
    cast(value as double precision) as target
from targets
where
    :all_accounts
    and metric in ('csqa', 'csql')
    and coalesce(scope, 'company') = 'company'
order by period_start_on, period_end_on, metric

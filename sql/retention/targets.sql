-- Targets that were set for retention, one row per period, metric and scope.
-- Params: all_accounts boolean.
-- Rests on: targets.
-- They are the company's: who sees a part of it is not measured by them.
select
    period_start_on,
    period_end_on,
    metric,
    scope,
    cast(value as double precision) as target
from targets
where
    :all_accounts
    and metric in ('grr', 'nrr', 'logo_retention', 'renewal_rate')
order by period_start_on, period_end_on, metric, scope

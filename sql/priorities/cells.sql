-- Customers by value and health, one row per class of value, class of health and priority.
-- Params: as_of date, the risk policy.
-- Uses: prioritised.
select
    value_class,
    health_class,
    priority,
    count(*) as customers,
    sum(arr) as arr
from prioritised
group by value_class, health_class, priority
order by value_class, health_class, priority

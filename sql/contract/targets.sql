-- What was promised, one row per period, metric and scope.
create table targets (
    period_start_on date not null, -- [key] First day.
    period_end_on date not null, -- [key] First day after (exclusive).
    metric varchar not null, -- [key] Name of the metric.
    scope varchar, -- [key] company, or a segment, region or member id.
    value decimal(18, 8) not null -- Target in the metric's unit; shares are 0 to 1.
);

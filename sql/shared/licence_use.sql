-- Licence use of the latest week that had ended by the as-of date, one row per account that has one.
-- Params: as_of date, stale_after_days integer.
-- A week without users or seats is passed over; 1 is every seat in use.
select
    account_id,
    week_on,
    active_users,
    licensed_seats,
    cast(active_users as double precision) / licensed_seats as licence_use,
    cast(:as_of as date) - week_on <= :stale_after_days as is_fresh
from usage_weekly
where
    active_users is not null
    and licensed_seats > 0
    and week_on <= cast(:as_of as date) - 6
qualify row_number() over (
    partition by account_id
    order by week_on desc nulls last
) = 1

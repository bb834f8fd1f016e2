-- Accounts whose steps are derived on asking, one row per account.
-- Uses: unrecorded.
-- Those with movements that were not booked yet, and those in several currencies: their steps are in the
-- reporting currency, at the rates of the as-of date.
select account_id
from unrecorded

union distinct

select account_id
from arr_steps
where is_converted

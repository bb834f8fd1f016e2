-- What the data hold that breaks no rule but changes what a number means, one row per notice.
-- Params: all_accounts boolean: only who sees every account sees them.
select
    notice,
    noticed_rows,
    accounts,
    arr
from notices
where :all_accounts
order by notice

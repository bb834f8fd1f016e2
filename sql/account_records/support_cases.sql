-- Support cases of one account as they stood on the as-of date, one row per case, the latest first.
-- Params: as_of date, account_id varchar, since date, until date (exclusive): of the opening.
-- Uses: visible_accounts.
-- Rests on: support_cases.
select
    support_cases.case_id,
    support_cases.priority,
    support_cases.opened_at,
    case
        when cast(support_cases.closed_at as date) <= :as_of then support_cases.closed_at
    end as closed_at,
    case
        when cast(support_cases.closed_at as date) <= :as_of
            then cast(support_cases.closed_at as date)
        else cast(:as_of as date)
    end - cast(support_cases.opened_at as date) as days_open,
    case when cast(support_cases.closed_at as date) <= :as_of then support_cases.csat end as csat
from support_cases
inner join visible_accounts
    on support_cases.account_id = visible_accounts.account_id
where
    support_cases.account_id = :account_id
    and cast(support_cases.opened_at as date) <= :as_of
    and (cast(:since as date) is null or cast(support_cases.opened_at as date) >= :since)
    and (cast(:until as date) is null or cast(support_cases.opened_at as date) < :until)
order by support_cases.opened_at desc nulls last, support_cases.case_id

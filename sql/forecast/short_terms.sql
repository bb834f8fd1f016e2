-- Terms of less than six months that came to their end, one row per renewal, in the order they were due.
-- Params: as_of date.
-- Uses: visible_accounts.
-- Rests on: renewals.
-- As known on the as-of date. The number of a term counts those of its length since the first day as a
-- customer, the first being 1.
select
    renewals.renewal_id,
    renewals.account_id,
    visible_accounts.segment,
    subscriptions.term_months,
    renewals.due_on,
    case
        when renewals.due_on - accounts.customer_since < 45 * subscriptions.term_months then 1
        else cast(
            round((renewals.due_on - accounts.customer_since) / (30.4375 * subscriptions.term_months), 0)
            as integer
        )
    end as term_number,
    case
        when coalesce(renewals.closed_on, :as_of) <= :as_of then renewals.status
        else 'open'
    end as status,
    case when renewals.closed_on <= :as_of then renewals.closed_on end as closed_on
from renewals
inner join visible_accounts
    on renewals.account_id = visible_accounts.account_id
inner join accounts
    on renewals.account_id = accounts.account_id
inner join subscriptions
    on renewals.subscription_id = subscriptions.subscription_id
where
    subscriptions.term_months between 1 and 5
    and renewals.due_on <= :as_of
order by renewals.due_on, renewals.renewal_id

-- Accounts with who holds them and what they weigh in a book, one row per account.
-- Params: as_of date, due_until date (exclusive): end of the renewals counted ahead.
-- Uses: visible_accounts, customers, rates, measures_on_as_of as measures, account_health.
-- A CSM who is in no list of people is unknown, unless no list was loaded.
with

ahead as (

    select
        renewals.account_id,
        count(*) as renewals,
        min(renewals.due_on) as next_renewal_on,
        sum(cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2))) as arr_due
    from renewals
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    left join rates
        on
            coalesce(renewals.currency, visible_accounts.currency, :reporting_currency)
            = rates.currency
    where
        (renewals.status = 'open' or renewals.closed_on > :as_of)
        and renewals.due_on < :due_until
    group by renewals.account_id

),

listed as (

    select count(*) as people
    from team_members

)

select
    visible_accounts.account_id,
    visible_accounts.account_name,
    visible_accounts.segment,
    visible_accounts.region,
    visible_accounts.csm_id,
    team_members.name as csm_name,
    case
        when visible_accounts.csm_id is null then 'nobody'
        when team_members.left_on <= :as_of then 'left'
        when team_members.member_id is not null then 'held'
        when listed.people > 0 then 'unknown'
        else 'held'
    end as holder,
    customers.account_id is not null as is_customer,
    visible_accounts.lifecycle_stage,
    account_health.health_band,
    customers.arr,
    case when customers.account_id is not null then coalesce(ahead.renewals, 0) else 0 end as renewals_due,
    case when customers.account_id is not null then coalesce(ahead.arr_due, 0) else 0 end as arr_due,
    case when customers.account_id is not null then ahead.next_renewal_on end as next_renewal_on
from visible_accounts
cross join listed
left join customers
    on visible_accounts.account_id = customers.account_id
left join team_members
    on visible_accounts.csm_id = team_members.member_id
left join account_health
    on visible_accounts.account_id = account_health.account_id
left join ahead
    on visible_accounts.account_id = ahead.account_id

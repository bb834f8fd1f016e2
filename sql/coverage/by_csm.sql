-- Books of customers, one row per CSM and segment of the accounts; a null CSM holds the unassigned ones.
-- Params: as_of date, due_until date (exclusive): end of the renewals counted ahead.
-- Uses: customers, rates, measures_on_as_of as measures, account_health.
-- A CSM without a customer stands in the segment of her focus with zero accounts.
with

renewals_ahead as (

    select
        renewals.account_id,
        count(*) as renewals,
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

books as (

    select
        customers.csm_id as member_id,
        customers.segment,
        count(*) as accounts,
        sum(customers.arr) as arr,
        sum(case when customers.lifecycle_stage = 'Onboarding' then 1 else 0 end) as onboarding,
        sum(case when customers.lifecycle_stage = 'Adoption' then 1 else 0 end) as adoption,
        sum(case when customers.lifecycle_stage = 'Renewal' then 1 else 0 end) as renewal,
        sum(case when customers.lifecycle_stage = 'Expansion' then 1 else 0 end) as expansion,
        sum(
            case
                when customers.lifecycle_stage in ('Onboarding', 'Adoption', 'Renewal', 'Expansion')
                    then 0
                else 1
            end
        ) as other_stage,
        sum(case when account_health.health_band = 'red' then 1 else 0 end) as red,
        sum(case when account_health.health_band = 'amber' then 1 else 0 end) as amber,
        sum(case when account_health.health_band = 'green' then 1 else 0 end) as green,
        sum(case when account_health.health_band is null then 1 else 0 end) as not_scored,
        sum(
            case
                when account_health.health_band = 'red' then customers.arr
                when customers.arr is not null then 0
            end
        ) as arr_red,
        sum(coalesce(renewals_ahead.renewals, 0)) as renewals_due,
        sum(coalesce(renewals_ahead.arr_due, 0)) as arr_due
    from customers
    left join account_health
        on customers.account_id = account_health.account_id
    left join renewals_ahead
        on customers.account_id = renewals_ahead.account_id
    group by customers.csm_id, customers.segment

),

idle as (

    select
        team_members.member_id,
        team_members.segment_focus as segment
    from team_members
    left join books
        on team_members.member_id = books.member_id
    where
        team_members.role = 'csm'
        and books.member_id is null
        and (team_members.left_on is null or team_members.left_on > :as_of)
        and (team_members.hired_on is null or team_members.hired_on <= :as_of)
        and (:all_accounts or team_members.member_id in :member_ids)
        and (:all_segments or team_members.segment_focus in :segments)
        and (:all_csms or team_members.member_id in :csm_ids)
        and :all_regions

),

everyone as (

    select
        member_id,
        segment,
        accounts,
        arr,
        onboarding,
        adoption,
        renewal,
        expansion,
        other_stage,
        red,
        amber,
        green,
        not_scored,
        arr_red,
        renewals_due,
        arr_due
    from books

    union all

    select
        member_id,
        segment,
        0 as accounts,
        0 as arr,
        0 as onboarding,
        0 as adoption,
        0 as renewal,
        0 as expansion,
        0 as other_stage,
        0 as red,
        0 as amber,
        0 as green,
        0 as not_scored,
        0 as arr_red,
        0 as renewals_due,
        0 as arr_due
    from idle

)

select
    everyone.member_id,
    team_members.name,
    everyone.segment,
    everyone.accounts,
    everyone.arr,
    everyone.onboarding,
    everyone.adoption,
    everyone.renewal,
    everyone.expansion,
    everyone.other_stage,
    everyone.red,
    everyone.amber,
    everyone.green,
    everyone.not_scored,
    everyone.arr_red,
    everyone.renewals_due,
    everyone.arr_due,
    team_members.ramped_on,
    team_members.left_on
from everyone
left join team_members
    on everyone.member_id = team_members.member_id
order by everyone.arr desc nulls last, everyone.member_id nulls last, everyone.segment

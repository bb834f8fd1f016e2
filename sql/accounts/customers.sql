-- Customers with their health and next renewal, one row per account, the largest ARR first.
-- Params: as_of date, most integer: how many at the most; customers counts them all.
-- Uses: customers, measures_on_as_of as measures, account_health.
with

next_renewals as (

    select
        renewals.account_id,
        min(renewals.due_on) as next_renewal_on
    from renewals
    where renewals.status = 'open' or renewals.closed_on > :as_of
    group by renewals.account_id

),

ranked as (

    select
        customers.account_id,
        customers.account_name,
        customers.segment,
        customers.region,
        customers.csm_id,
        customers.lifecycle_stage,
        account_health.health_band,
        account_health.overall_score,
        account_health.outcomes,
        account_health.experience,
        customers.arr,
        count(*) over () as customers,
        row_number() over (
            order by customers.arr desc nulls last, customers.account_id
        ) as position
    from customers
    left join account_health
        on customers.account_id = account_health.account_id

)

select
    ranked.account_id,
    ranked.account_name,
    ranked.segment,
    ranked.region,
    ranked.csm_id,
    team_members.name as csm_name,
    ranked.lifecycle_stage,
    ranked.health_band,
    ranked.overall_score,
    ranked.outcomes,
    ranked.experience,
    ranked.arr,
    next_renewals.next_renewal_on,
    ranked.customers
from ranked
left join next_renewals
    on ranked.account_id = next_renewals.account_id
left join team_members
    on ranked.csm_id = team_members.member_id
where ranked.position <= :most
order by ranked.position

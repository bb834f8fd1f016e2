-- Expansion won beside the expansion that NRR counts, one row per customer of the policy's level.
-- Params: as_of, since and until date, level varchar: account, parent or product.
-- Uses: retained, opportunities_as_of.
-- Rests on: opportunities.
-- Won counts from the day after the first to the last day of the window, as its movements do. Expansion is
-- that of movements, price rises apart, at most what is kept of the customer in NRR: growth of who left is in
-- no numerator. Where more was won than the customer grew by, what was found is shared out by amount.
with

grown as (

    select
        case when level = 'parent' then unit_id else account_id end as unit_id,
        min(account_id) as account_id,
        sum(opening_arr) as opening_arr,
        sum(net_retained_arr) as net_retained_arr,
        sum(
            case
                when expansion <= 0 or net_retained_arr <= 0 then 0
                when expansion < net_retained_arr then expansion
                else net_retained_arr
            end
        ) as expansion_arr
    from retained
    where level = :level
    group by case when level = 'parent' then unit_id else account_id end

),

sold as (

    select
        opportunities_as_of.account_id,
        opportunities_as_of.source,
        opportunities_as_of.amount,
        case
            when :level = 'parent' then account_roots.root_id
            else opportunities_as_of.account_id
        end as unit_id
    from opportunities_as_of
    left join account_roots
        on opportunities_as_of.account_id = account_roots.account_id
    where
        opportunities_as_of.outcome = 'won'
        and opportunities_as_of.closed_on > :since
        and opportunities_as_of.closed_on <= :until

),

won as (

    select
        unit_id,
        min(account_id) as account_id,
        sum(case when source = 'csm' then 1 else 0 end) as csm_opportunities,
        sum(case when source = 'csm' then 0 else 1 end) as other_opportunities,
        sum(case when amount is null then 1 else 0 end) as without_amount,
        sum(case when source = 'csm' then coalesce(amount, 0) else 0 end) as won_csm,
        sum(case when source = 'csm' then 0 else coalesce(amount, 0) end) as won_other
    from sold
    group by unit_id

),

beside as (

    select
        unit_id,
        account_id,
        opening_arr,
        net_retained_arr,
        expansion_arr,
        0 as csm_opportunities,
        0 as other_opportunities,
        0 as without_amount,
        cast(0 as decimal(38, 2)) as won_csm,
        cast(0 as decimal(38, 2)) as won_other
    from grown

    union all

    select
        unit_id,
        account_id,
        0 as opening_arr,
        0 as net_retained_arr,
        0 as expansion_arr,
        csm_opportunities,
        other_opportunities,
        without_amount,
        won_csm,
        won_other
    from won

),

summed as (

    select
        unit_id,
        min(account_id) as account_id,
        sum(opening_arr) as opening_arr,
        sum(net_retained_arr) as net_retained_arr,
        sum(expansion_arr) as expansion_arr,
        sum(csm_opportunities) as csm_opportunities,
        sum(other_opportunities) as other_opportunities,
        sum(without_amount) as without_amount,
        sum(won_csm) as won_csm,
        sum(won_other) as won_other
    from beside
    group by unit_id

),

found as (

    select
        unit_id,
        account_id,
        opening_arr,
        net_retained_arr,
        expansion_arr,
        csm_opportunities,
        other_opportunities,
        without_amount,
        won_csm,
        won_other,
        case
            when won_csm + won_other < expansion_arr then won_csm + won_other
            else expansion_arr
        end as found,
        case
            when won_csm <= 0 then 0
            when won_csm + won_other <= expansion_arr then won_csm
            when won_other <= 0 then expansion_arr
            else cast(
                round(
                    cast(expansion_arr as double precision) * cast(won_csm as double precision)
                    / nullif(cast(won_csm + won_other as double precision), 0),
                    2
                ) as decimal(38, 2)
            )
        end as csm_found
    from summed

)

select
    unit_id,
    account_id,
    opening_arr,
    net_retained_arr,
    expansion_arr,
    csm_opportunities,
    other_opportunities,
    without_amount,
    won_csm,
    won_other,
    csm_found,
    found - csm_found as other_found,
    won_csm - csm_found as csm_not_found,
    won_other - (found - csm_found) as other_not_found,
    expansion_arr - found as without_opportunity
from found

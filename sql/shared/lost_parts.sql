-- Losses by a part of the book, one row per loss, or per loss and product of it.
-- Params: as_of date, known_on date, level varchar, split_by varchar, reporting_currency varchar.
-- Uses: visible_accounts, rates, unrecorded, lost_accounts, losses.
-- A loss of several products is shared out by what each lost that day; a product that grew has no share.
with

day_changes as (

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        arr_changes.product_id,
        arr_changes.currency,
        arr_changes.change
    from lost_accounts
    inner join arr_changes
        on
            lost_accounts.account_id = arr_changes.account_id
            and lost_accounts.lost_on = arr_changes.changed_on
    where
        :level <> 'product'
        or lost_accounts.unit_id = arr_changes.account_id || '/' || coalesce(arr_changes.product_id, '')

    union all

    select
        lost_accounts.unit_id,
        lost_accounts.lost_on,
        unrecorded.product_id,
        unrecorded.currency,
        -unrecorded.amount as change
    from lost_accounts
    inner join unrecorded
        on
            lost_accounts.account_id = unrecorded.account_id
            and lost_accounts.lost_on = unrecorded.effective_on
    where
        :level <> 'product'
        or lost_accounts.unit_id = unrecorded.account_id || '/' || coalesce(unrecorded.product_id, '')

),

product_losses as (

    select
        day_changes.unit_id,
        day_changes.lost_on,
        day_changes.product_id,
        -sum(cast(round(day_changes.change * coalesce(rates.rate, 1), 2) as decimal(38, 2))) as amount
    from day_changes
    left join rates
        on day_changes.currency = rates.currency
    group by day_changes.unit_id, day_changes.lost_on, day_changes.product_id
    having sum(day_changes.change * coalesce(rates.rate, 1)) < 0

),

running as (

    select
        unit_id,
        lost_on,
        product_id,
        amount,
        sum(amount) over (
            partition by unit_id, lost_on
            order by amount desc nulls last, product_id nulls last
            rows between unbounded preceding and current row
        ) as amount_up_to_here,
        sum(amount) over (partition by unit_id, lost_on) as amount_of_all,
        row_number() over (
            partition by unit_id, lost_on
            order by amount desc nulls last, product_id nulls last
        ) as place,
        count(*) over (partition by unit_id, lost_on) as products
    from product_losses

),

placed as (

    select
        losses.unit_id,
        losses.account_id,
        losses.account_name,
        losses.lost_on,
        losses.movement,
        losses.reason,
        losses.control,
        losses.segment,
        losses.region,
        losses.csm_id,
        losses.industry,
        losses.tenure_days,
        losses.tenure,
        running.product_id,
        coalesce(running.products, 0) as products,
        losses.arr_lost as arr_of_loss,
        case
            when running.amount_up_to_here is null or running.amount_up_to_here = running.amount_of_all
                then losses.arr_lost
            else
                cast(
                    round(
                        cast(losses.arr_lost as double precision)
                        * cast(running.amount_up_to_here as double precision)
                        / cast(running.amount_of_all as double precision),
                        2
                    ) as decimal(38, 2)
                )
        end as arr_up_to_here,
        case
            when running.place is null or running.place = 1 then 0
            else
                cast(
                    round(
                        cast(losses.arr_lost as double precision)
                        * cast(running.amount_up_to_here - running.amount as double precision)
                        / cast(running.amount_of_all as double precision),
                        2
                    ) as decimal(38, 2)
                )
        end as arr_before
    from losses
    left join running
        on
            losses.unit_id = running.unit_id
            and losses.lost_on = running.lost_on
            and (:split_by = 'product' or running.place = 1)

)

select
    unit_id,
    account_id,
    account_name,
    lost_on,
    movement,
    reason,
    control,
    segment,
    region,
    csm_id,
    industry,
    tenure_days,
    tenure,
    product_id,
    products,
    case
        when :split_by = 'segment' then segment
        when :split_by = 'region' then region
        when :split_by = 'csm' then csm_id
        when :split_by = 'industry' then industry
        when :split_by = 'product' then product_id
        else tenure
    end as part,
    case when :split_by = 'product' then arr_up_to_here - arr_before else arr_of_loss end as arr_lost
from placed

-- What the policy counts of each unit in a window, one row per unit, pair of steps and run of windows.
-- Params: the rules of the retention policy.
-- Uses: retention_pairs.
-- The cohort is who was a customer at the window's start. Its retained ARR is what it pays at the end; who
-- left and came back in between counts as gone where the policy says so, and price rises are taken off where
-- the policy leaves them out, at most all it pays. The rules that sum movements count every unit, also one
-- won meanwhile: by the bridge NRR is what all units keep, less what was new. Nothing of the later life of
-- who counts as gone is in NRR, neither its growth nor another loss.
with

ruled as (

    select
        level,
        unit_id,
        account_id,
        first_window,
        next_window,
        opening_arr,
        closing_arr,
        new,
        reactivation,
        expansion,
        price,
        fx,
        contraction,
        churn,
        opening_arr > 0 and opening_arr >= cast(:minimum_arr as decimal(18, 2)) as is_cohort,
        opening_arr > 0 and opening_arr < cast(:minimum_arr as decimal(18, 2)) as is_too_small,
        opening_arr <= 0 and opening_lines > 0 as opens_without_arr,
        closing_arr <= 0 and closing_lines > 0 as closes_without_arr,
        case
            when returns > 0 and :reactivated = 'excluded' then 0
            when :price_rises = 'included' or closing_arr <= 0 then closing_arr
            when closing_arr > price then closing_arr - price
            else 0
        end as kept_arr,
        returns > 0 and :reactivated = 'excluded' as is_gone
    from retention_pairs

)

select
    level,
    unit_id,
    account_id,
    first_window,
    next_window,
    closing_arr,
    new,
    reactivation,
    expansion,
    price,
    fx,
    contraction,
    churn,
    is_cohort,
    case when is_cohort then opening_arr else 0 end as opening_arr,
    case when is_cohort then 0 else opening_arr end as left_out_arr,
    case
        when :nrr_rule = 'cohort' and is_cohort then kept_arr
        when :nrr_rule = 'bridge' and not is_too_small
            then kept_arr - new - case when is_cohort or is_gone then 0 else opening_arr end
        else 0
    end as net_retained_arr,
    case
        when :grr_rule = 'lower_of_then_and_now' and is_cohort
            then case when kept_arr < opening_arr then kept_arr else opening_arr end
        when :grr_rule = 'sum_of_losses' and not is_too_small
            then case when is_cohort then opening_arr else 0 end + contraction + churn
        when :grr_rule = 'churn_only' and not is_too_small
            then case when is_cohort then opening_arr else 0 end + churn
        else 0
    end as gross_retained_arr,
    case
        when is_cohort or (:zero_arr_accounts = 'counted' and opens_without_arr) then 1
        else 0
    end as logos,
    case
        when is_gone then 0
        when is_cohort and (closing_arr > 0 or (:zero_arr_accounts = 'counted' and closes_without_arr)) then 1
        when
            :zero_arr_accounts = 'counted'
            and opens_without_arr
            and (closing_arr > 0 or closes_without_arr)
            then 1
        else 0
    end as kept_logos
from ruled

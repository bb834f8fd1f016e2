-- What the policy counts of each unit by the part it opens in, one row per unit, part and run of windows.
-- Params: split_by varchar: segment, region, csm, industry, product or cohort.
-- Uses: visible_accounts, retention_windows, retained.
with

spans as (

    select
        account_spans.account_id,
        account_spans.segment,
        account_spans.region,
        account_spans.csm_id,
        coalesce(min(from_here.window_number), 1) as first_window,
        coalesce(max(from_here.window_number), 0) + 1 as next_window
    from account_spans
    inner join visible_accounts
        on account_spans.account_id = visible_accounts.account_id
    inner join retention_windows as from_here
        on
            account_spans.valid_from_on <= from_here.period_start_on
            and account_spans.valid_to_on > from_here.period_start_on
    group by
        account_spans.account_id,
        account_spans.segment,
        account_spans.region,
        account_spans.csm_id,
        account_spans.valid_from_on

),

stood as (

    select
        retained.level,
        retained.unit_id,
        retained.account_id,
        retained.opening_arr,
        retained.left_out_arr,
        retained.new,
        retained.reactivation,
        retained.expansion,
        retained.price,
        retained.fx,
        retained.contraction,
        retained.churn,
        retained.closing_arr,
        retained.net_retained_arr,
        retained.gross_retained_arr,
        retained.logos,
        retained.kept_logos,
        retained.is_cohort,
        case
            when retained.first_window > spans.first_window then retained.first_window
            else spans.first_window
        end as first_window,
        case
            when retained.next_window < spans.next_window then retained.next_window
            else spans.next_window
        end as next_window,
        case
            when :split_by = 'segment' then spans.segment
            when :split_by = 'region' then spans.region
            when :split_by = 'csm' then spans.csm_id
            when :split_by = 'industry' then accounts.industry
            when
                :split_by = 'product'
                then nullif(substr(retained.unit_id, length(retained.account_id) + 2), '')
            else cast(extract(year from accounts.customer_since) as varchar)
        end as part
    from retained
    inner join spans
        on
            retained.account_id = spans.account_id
            and retained.first_window < spans.next_window
            and retained.next_window > spans.first_window
    inner join accounts
        on retained.account_id = accounts.account_id

)

select
    level,
    unit_id,
    account_id,
    opening_arr,
    left_out_arr,
    new,
    reactivation,
    expansion,
    price,
    fx,
    contraction,
    churn,
    closing_arr,
    net_retained_arr,
    gross_retained_arr,
    logos,
    kept_logos,
    is_cohort,
    first_window,
    next_window,
    part
from stood

-- Whether the score came true, one row per measure and band some days before renewals were due.
-- Params: as_of date, since date, until date (exclusive), days_before integer, period varchar, the rules of
-- the retention policy, the health policy.
-- Uses: renewals_checked.
-- Intervals are Wilson's at 95 %; the difference to all other renewals is Newcombe's, built of theirs. Of
-- fewer than five renewals no rate is given.
with

bands as (

    select
        position,
        measure,
        health_band,
        cast(count(*) as double) as renewals,
        cast(sum(case when is_renewed then 1 else 0 end) as double) as renewed,
        sum(arr_due) as arr_due,
        sum(arr_kept) as arr_kept
    from renewals_checked
    group by position, measure, health_band

),

beside as (

    select
        position,
        measure,
        health_band,
        renewals,
        renewed,
        arr_due,
        arr_kept,
        sum(renewals) over (partition by measure) as all_renewals,
        sum(renewed) over (partition by measure) as all_renewed
    from bands

),

rated as (

    select
        position,
        measure,
        health_band,
        renewals,
        renewed,
        arr_due,
        arr_kept,
        all_renewals,
        all_renewed,
        all_renewals - renewals as other_renewals,
        renewed / renewals as rate,
        (all_renewed - renewed) / nullif(all_renewals - renewals, 0) as other_rate
    from beside

),

bounded as (

    select
        position,
        measure,
        health_band,
        renewals,
        renewed,
        arr_due,
        arr_kept,
        all_renewals,
        all_renewed,
        other_renewals,
        rate,
        other_rate,
        (
            rate + 3.841458821 / 2 / renewals
            - 1.959963985 * sqrt(rate * (1 - rate) / renewals + 3.841458821 / 4 / renewals / renewals)
        ) / (1 + 3.841458821 / renewals) as low,
        (
            rate + 3.841458821 / 2 / renewals
            + 1.959963985 * sqrt(rate * (1 - rate) / renewals + 3.841458821 / 4 / renewals / renewals)
        ) / (1 + 3.841458821 / renewals) as high,
        (
            other_rate + 3.841458821 / 2 / nullif(other_renewals, 0)
            - 1.959963985 * sqrt(
                other_rate * (1 - other_rate) / nullif(other_renewals, 0)
                + 3.841458821 / 4 / nullif(other_renewals, 0) / nullif(other_renewals, 0)
            )
        ) / (1 + 3.841458821 / nullif(other_renewals, 0)) as other_low,
        (
            other_rate + 3.841458821 / 2 / nullif(other_renewals, 0)
            + 1.959963985 * sqrt(
                other_rate * (1 - other_rate) / nullif(other_renewals, 0)
                + 3.841458821 / 4 / nullif(other_renewals, 0) / nullif(other_renewals, 0)
            )
        ) / (1 + 3.841458821 / nullif(other_renewals, 0)) as other_high
    from rated

),

compared as (

    select
        position,
        measure,
        health_band,
        renewals,
        renewed,
        arr_due,
        arr_kept,
        all_renewals,
        all_renewed,
        rate,
        low,
        high,
        rate - other_rate as difference,
        rate - other_rate - sqrt(
            (rate - low) * (rate - low) + (other_high - other_rate) * (other_high - other_rate)
        ) as difference_low,
        rate - other_rate + sqrt(
            (high - rate) * (high - rate) + (other_rate - other_low) * (other_rate - other_low)
        ) as difference_high,
        renewals >= 5 as is_shown,
        renewals >= 5 and other_renewals >= 5 as is_compared
    from bounded

)

select
    measure,
    health_band,
    cast(renewals as integer) as renewals,
    case when is_shown then cast(renewed as integer) end as renewed,
    arr_due,
    case when is_shown then arr_kept end as arr_kept,
    case when is_shown then rate end as renewal_rate,
    case when is_shown then low end as low_rate,
    case when is_shown then high end as high_rate,
    cast(all_renewals as integer) as all_renewals,
    all_renewed / all_renewals as all_rate,
    case when is_shown then rate / nullif(all_renewed / all_renewals, 0) end as lift,
    case when is_compared then difference end as difference,
    case when is_compared then difference_low end as difference_low,
    case when is_compared then difference_high end as difference_high,
    case when is_compared then difference_low > 0 or difference_high < 0 end as is_detectable
from compared
order by
    position,
    case health_band
        when 'green' then 1
        when 'amber' then 2
        when 'red' then 3
        else 4
    end

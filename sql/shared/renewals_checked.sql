-- Decided renewals with each measure's band some days before they were due, one row per renewal and measure.
-- Params: as_of date, since date, until date (exclusive), days_before integer, period varchar, the rules of
-- the retention policy, the health policy.
-- Uses: renewal_outcomes.
-- Of the last measured week at most three weeks before that day: what was measured later is not looked at.
-- Anniversaries inside a contract are nobody's decision and left out.
with

decided as (

    select
        renewal_id,
        account_id,
        due_on,
        counted_arr_due,
        counted_arr_capped,
        is_renewed,
        due_on - :days_before as looked_on
    from renewal_outcomes
    where is_decided and renewal_id is not null

),

checked_weeks as (

    select
        decided.renewal_id,
        account_weeks.state_on,
        account_weeks.overall_score,
        account_weeks.outcomes,
        account_weeks.experience,
        account_weeks.deployment,
        account_weeks.deployment_on,
        account_weeks.engagement,
        account_weeks.engagement_on,
        account_weeks.adoption,
        account_weeks.adoption_on,
        account_weeks.roi,
        account_weeks.roi_on,
        account_weeks.nps,
        account_weeks.nps_on,
        account_weeks.support,
        account_weeks.support_on,
        account_weeks.sentiment,
        account_weeks.sentiment_on
    from decided
    inner join account_weeks
        on
            decided.account_id = account_weeks.account_id
            and decided.looked_on >= account_weeks.state_on
            and decided.looked_on - 21 <= account_weeks.state_on
    qualify row_number() over (
        partition by decided.renewal_id
        order by account_weeks.week_on desc nulls last
    ) = 1

),

named as (

    select
        decided.renewal_id,
        decided.account_id,
        decided.due_on,
        decided.counted_arr_due,
        decided.counted_arr_capped,
        decided.is_renewed,
        checked_weeks.state_on,
        names.position,
        names.measure,
        case names.measure
            when 'overall' then checked_weeks.overall_score
            when 'outcomes' then checked_weeks.outcomes
            when 'experience' then checked_weeks.experience
            when 'deployment'
                then case
                    when checked_weeks.state_on - checked_weeks.deployment_on <= :stale_after_days
                        then checked_weeks.deployment
                end
            when 'engagement'
                then case
                    when checked_weeks.state_on - checked_weeks.engagement_on <= :stale_after_days
                        then checked_weeks.engagement
                end
            when 'adoption'
                then case
                    when checked_weeks.state_on - checked_weeks.adoption_on <= :stale_after_days
                        then checked_weeks.adoption
                end
            when 'roi'
                then case
                    when checked_weeks.state_on - checked_weeks.roi_on <= :stale_after_days
                        then checked_weeks.roi
                end
            when 'nps'
                then case
                    when checked_weeks.state_on - checked_weeks.nps_on <= :stale_after_days
                        then checked_weeks.nps
                end
            when 'support'
                then case
                    when checked_weeks.state_on - checked_weeks.support_on <= :stale_after_days
                        then checked_weeks.support
                end
            when 'sentiment'
                then case
                    when checked_weeks.state_on - checked_weeks.sentiment_on <= :stale_after_days
                        then checked_weeks.sentiment
                end
        end as score,
        case names.measure
            when 'deployment' then :deployment_red_below
            when 'engagement' then :engagement_red_below
            when 'adoption' then :adoption_red_below
            when 'roi' then :roi_red_below
            when 'nps' then :nps_red_below
            when 'support' then :support_red_below
            when 'sentiment' then :sentiment_red_below
            else :red_below
        end as red_below,
        case names.measure
            when 'deployment' then :deployment_amber_below
            when 'engagement' then :engagement_amber_below
            when 'adoption' then :adoption_amber_below
            when 'roi' then :roi_amber_below
            when 'nps' then :nps_amber_below
            when 'support' then :support_amber_below
            when 'sentiment' then :sentiment_amber_below
            else :amber_below
        end as amber_below
    from decided
    cross join (
        select
            1 as position,
            'overall' as measure
        union all
        select
            2 as position,
            'outcomes' as measure
        union all
        select
            3 as position,
            'experience' as measure
        union all
        select
            4 as position,
            'deployment' as measure
        union all
        select
            5 as position,
            'engagement' as measure
        union all
        select
            6 as position,
            'adoption' as measure
        union all
        select
            7 as position,
            'roi' as measure
        union all
        select
            8 as position,
            'nps' as measure
        union all
        select
            9 as position,
            'support' as measure
        union all
        select
            10 as position,
            'sentiment' as measure
    ) as names
    left join checked_weeks
        on decided.renewal_id = checked_weeks.renewal_id

)

select
    renewal_id,
    account_id,
    due_on,
    state_on,
    position,
    measure,
    score,
    case
        when score < red_below then 'red'
        when score < amber_below then 'amber'
        when score is not null then 'green'
    end as health_band,
    is_renewed,
    counted_arr_due as arr_due,
    counted_arr_capped as arr_kept
from named

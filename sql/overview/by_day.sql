-- The book at the end of each fiscal month and on the as-of date, one row per day.
-- Params: as_of date, known_on date, level varchar, logo_level varchar, stage_weights varchar,
--         target_scope varchar: company or a segment; none for no target.
-- Uses: unit_steps, rates, visible_opportunities, measures_on_reported_days as measures, account_health.
-- Rests on: accounts.
-- Every day is at the rates of the as-of date and by the parts of the book as they are on it, so that no step
-- of a line is a rate's or a move between parts. What has no table is nothing here.
with

arr_on_days as (

    select
        reported_days.on_day,
        sum(case when unit_steps.arr > 0 then 1 else 0 end) as customers,
        case
            when sum(case when unit_steps.arr <> 0 then 1 else 0 end) = 0 then 0
            else sum(
                case
                    when unit_steps.arr <> 0
                        then cast(round(unit_steps.arr * rates.rate, 2) as decimal(38, 2))
                end
            )
        end as arr
    from reported_days
    inner join unit_steps
        on
            reported_days.on_day >= unit_steps.starts_on
            and reported_days.on_day < unit_steps.ends_on
    left join rates
        on unit_steps.currency = rates.currency
    group by reported_days.on_day

),

-- Who is a customer, as in sql/shared/customers.sql.
account_arr_on_days as (

    select
        reported_days.on_day,
        arr_spans.account_id,
        case
            when sum(case when arr_spans.arr <> 0 then 1 else 0 end) = 0 then 0
            else sum(
                case
                    when arr_spans.arr <> 0
                        then cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2))
                end
            )
        end as arr
    from arr_spans
    inner join visible_accounts
        on arr_spans.account_id = visible_accounts.account_id
    inner join reported_days
        on
            arr_spans.starts_on <= reported_days.on_day
            and (arr_spans.ends_on is null or arr_spans.ends_on > reported_days.on_day)
    left join rates
        on arr_spans.currency = rates.currency
    group by reported_days.on_day, arr_spans.account_id

),

health_on_days as (

    select
        reported_days.on_day,
        account_health.health_band,
        account_arr_on_days.arr
    from reported_days
    cross join visible_accounts
    left join account_arr_on_days
        on
            reported_days.on_day = account_arr_on_days.on_day
            and visible_accounts.account_id = account_arr_on_days.account_id
    left join account_health
        on
            reported_days.on_day = account_health.week_on
            and visible_accounts.account_id = account_health.account_id
    where
        account_arr_on_days.arr > 0
        or (account_arr_on_days.account_id is not null and account_arr_on_days.arr is null)
        or (
            account_arr_on_days.account_id is null
            and (
                visible_accounts.churned_on is null
                or visible_accounts.churned_on > reported_days.on_day
            )
        )

),

bands_on_days as (

    select
        on_day,
        case
            when sum(case when health_band = 'green' then 1 else 0 end) = 0 then 0
            else sum(case when health_band = 'green' then arr end)
        end as green_arr,
        case
            when sum(case when health_band = 'amber' then 1 else 0 end) = 0 then 0
            else sum(case when health_band = 'amber' then arr end)
        end as amber_arr,
        case
            when sum(case when health_band = 'red' then 1 else 0 end) = 0 then 0
            else sum(case when health_band = 'red' then arr end)
        end as red_arr,
        case
            when sum(case when health_band is not null then 1 else 0 end) = 0 then 0
            else sum(case when health_band is not null then arr end)
        end as scored_arr
    from health_on_days
    group by on_day

),

-- NPS answers of the twelve months that end with the day, as in sql/shared/nps_answers.sql.
answers_on_days as (

    select
        reported_days.on_day,
        count(*) as responses,
        sum(case when survey_responses.score >= 9 then 1 else 0 end) as promoters,
        sum(case when survey_responses.score >= 7 and survey_responses.score < 9 then 1 else 0 end)
            as passives,
        sum(case when survey_responses.score < 7 then 1 else 0 end) as detractors
    from survey_responses
    inner join visible_accounts
        on survey_responses.account_id = visible_accounts.account_id
    inner join reported_days
        on
            survey_responses.responded_on <= reported_days.on_day
            and survey_responses.responded_on
            >= cast(cast(reported_days.on_day + interval '1 day' as date) - interval '1 year' as date)
    where
        survey_responses.survey = 'nps'
        and survey_responses.score is not null
    group by reported_days.on_day

),

quarters_of_days as (

    select
        reported_days.on_day,
        coalesce(
            fiscal_periods.period_start_on,
            cast(date_trunc('quarter', reported_days.on_day) as date)
        ) as starts_on,
        coalesce(
            fiscal_periods.period_end_on,
            cast(date_trunc('quarter', reported_days.on_day) + interval '3 month' as date)
        ) as ends_on
    from reported_days
    left join fiscal_periods
        on
            fiscal_periods.grain = 'quarter'
            and reported_days.on_day >= fiscal_periods.period_start_on
            and reported_days.on_day < fiscal_periods.period_end_on

),

-- Renewals of the quarter of the day that were open on it, at red: as in sql/shared/renewals_due.sql.
at_risk_on_days as (

    select
        quarters_of_days.on_day,
        count(*) as renewals_at_risk,
        sum(cast(round(renewals.arr_due * rates.rate, 2) as decimal(38, 2))) as arr_at_risk
    from quarters_of_days
    inner join renewals
        on
            quarters_of_days.starts_on <= renewals.due_on
            and quarters_of_days.ends_on > renewals.due_on
            and (renewals.status = 'open' or quarters_of_days.on_day < renewals.closed_on)
    inner join visible_accounts
        on renewals.account_id = visible_accounts.account_id
    inner join account_health
        on
            renewals.account_id = account_health.account_id
            and quarters_of_days.on_day = account_health.week_on
            and account_health.health_band = 'red'
    left join rates
        on coalesce(renewals.currency, visible_accounts.currency, :reporting_currency) = rates.currency
    group by quarters_of_days.on_day

),

-- Opportunities as they were on the day, as in sql/shared/open_opportunities.sql.
undone as (

    select
        reported_days.on_day,
        opportunity_history.opportunity_id,
        opportunity_history.field,
        opportunity_history.old_value
    from opportunity_history
    inner join reported_days
        on cast(opportunity_history.changed_at as date) > reported_days.on_day
    where opportunity_history.field in ('stage', 'amount')
    qualify row_number() over (
        partition by
            reported_days.on_day,
            opportunity_history.opportunity_id,
            opportunity_history.field
        order by opportunity_history.changed_at
    ) = 1

),

later_on_days as (

    select
        on_day,
        opportunity_id,
        max(case when field = 'stage' then 1 else 0 end) as stage_changed,
        max(case when field = 'stage' then old_value end) as stage,
        max(case when field = 'amount' then 1 else 0 end) as amount_changed,
        max(case when field = 'amount' then try_cast(old_value as decimal(18, 2)) end) as amount
    from undone
    group by on_day, opportunity_id

),

open_then as (

    select
        reported_days.on_day,
        visible_opportunities.currency,
        case
            when visible_opportunities.closed_on is null then visible_opportunities.probability
        end as probability,
        case
            when later_on_days.stage_changed = 1 then later_on_days.stage
            when visible_opportunities.closed_on is null then visible_opportunities.stage
        end as stage,
        case
            when later_on_days.amount_changed = 1 then later_on_days.amount
            else visible_opportunities.amount
        end as amount
    from visible_opportunities
    inner join reported_days
        on
            (
                visible_opportunities.created_on is null
                or visible_opportunities.created_on <= reported_days.on_day
            )
            and (
                (visible_opportunities.closed_on is null and visible_opportunities.won is null)
                or visible_opportunities.closed_on > reported_days.on_day
            )
    left join later_on_days
        on
            visible_opportunities.opportunity_id = later_on_days.opportunity_id
            and reported_days.on_day = later_on_days.on_day

),

weighed as (

    select
        open_then.on_day,
        cast(round(open_then.amount * rates.rate, 2) as decimal(38, 2)) as amount,
        coalesce(
            cast(open_then.probability as decimal(28, 6)),
            try_cast(
                split_part(
                    split_part(
                        :stage_weights,
                        '|' || lower(trim(replace(replace(open_then.stage, '_', ' '), '-', ' '))) || '=',
                        2
                    ),
                    '|',
                    1
                ) as decimal(28, 6)
            )
        ) as weight
    from open_then
    left join rates
        on open_then.currency = rates.currency

),

pipeline_on_days as (

    select
        on_day,
        count(*) as opportunities,
        sum(coalesce(amount, 0)) as amount,
        sum(coalesce(cast(round(amount * weight, 2) as decimal(38, 2)), 0)) as weighted_amount
    from weighed
    group by on_day

),

-- The longest period that holds the day: what is promised for the year, not for the quarter in it.
targets_then as (

    select
        reported_days.on_day,
        targets.metric,
        targets.value
    from targets
    inner join reported_days
        on
            targets.period_start_on < reported_days.on_day
            and targets.period_end_on >= reported_days.on_day
    where
        :all_accounts
        and coalesce(targets.scope, 'company') = cast(:target_scope as varchar)
    qualify row_number() over (
        partition by reported_days.on_day, targets.metric
        order by targets.period_start_on, targets.period_end_on desc nulls last
    ) = 1

),

targets_on_days as (

    select
        on_day,
        max(case when metric = 'arr' then value end) as arr_target,
        max(case when metric = 'nrr' then value end) as nrr_target,
        max(case when metric = 'grr' then value end) as grr_target,
        max(case when metric = 'logo_retention' then value end) as logo_retention_target,
        max(case when metric = 'nps' then value end) as nps_target,
        max(case when metric = 'green_share' then value end) as green_share_target
    from targets_then
    group by on_day

)

select
    arr_on_days.on_day,
    arr_on_days.arr,
    arr_on_days.customers,
    bands_on_days.green_arr,
    bands_on_days.amber_arr,
    bands_on_days.red_arr,
    bands_on_days.scored_arr,
    coalesce(answers_on_days.responses, 0) as responses,
    coalesce(answers_on_days.promoters, 0) as promoters,
    coalesce(answers_on_days.passives, 0) as passives,
    coalesce(answers_on_days.detractors, 0) as detractors,
    coalesce(at_risk_on_days.renewals_at_risk, 0) as renewals_at_risk,
    case
        when at_risk_on_days.on_day is null then 0 else at_risk_on_days.arr_at_risk
    end as arr_at_risk,
    coalesce(pipeline_on_days.opportunities, 0) as opportunities,
    coalesce(pipeline_on_days.amount, 0) as amount,
    coalesce(pipeline_on_days.weighted_amount, 0) as weighted_amount,
    cast(targets_on_days.arr_target as double precision) as arr_target,
    cast(targets_on_days.nrr_target as double precision) as nrr_target,
    cast(targets_on_days.grr_target as double precision) as grr_target,
    cast(targets_on_days.logo_retention_target as double precision) as logo_retention_target,
    cast(targets_on_days.nps_target as double precision) as nps_target,
    cast(targets_on_days.green_share_target as double precision) as green_share_target
from arr_on_days
left join bands_on_days
    on arr_on_days.on_day = bands_on_days.on_day
left join answers_on_days
    on arr_on_days.on_day = answers_on_days.on_day
left join at_risk_on_days
    on arr_on_days.on_day = at_risk_on_days.on_day
left join pipeline_on_days
    on arr_on_days.on_day = pipeline_on_days.on_day
left join targets_on_days
    on arr_on_days.on_day = targets_on_days.on_day
order by arr_on_days.on_day

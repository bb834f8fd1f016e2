-- Health measures carried forward from week to week, one row per account and week since it was a customer.
-- Params: account_from varchar, account_until varchar (exclusive): the accounts of one batch.
-- A score outside 0 to 100 breaks a rule of the contract and counts as missing.
with

account_grid as (

    select
        accounts.account_id,
        weeks.week_on,
        weeks.state_on
    from accounts
    inner join weeks
        on accounts.customer_since <= weeks.state_on
    where accounts.account_id >= :account_from and accounts.account_id < :account_until

),

measured as (

    select
        health_scores.account_id,
        cast(date_trunc('week', health_scores.measured_on) as date) as week_on,
        max_by(
            case when health_scores.measure = 'deployment' then health_scores.score end,
            case when health_scores.measure = 'deployment' then health_scores.measured_on end
        ) as deployment,
        max(
            case when health_scores.measure = 'deployment' then health_scores.measured_on end
        ) as deployment_on,
        max_by(
            case when health_scores.measure = 'engagement' then health_scores.score end,
            case when health_scores.measure = 'engagement' then health_scores.measured_on end
        ) as engagement,
        max(
            case when health_scores.measure = 'engagement' then health_scores.measured_on end
        ) as engagement_on,
        max_by(
            case when health_scores.measure = 'adoption' then health_scores.score end,
            case when health_scores.measure = 'adoption' then health_scores.measured_on end
        ) as adoption,
        max(
            case when health_scores.measure = 'adoption' then health_scores.measured_on end
        ) as adoption_on,
        max_by(
            case when health_scores.measure = 'roi' then health_scores.score end,
            case when health_scores.measure = 'roi' then health_scores.measured_on end
        ) as roi,
        max(
            case when health_scores.measure = 'roi' then health_scores.measured_on end
        ) as roi_on,
        max_by(
            case when health_scores.measure = 'nps' then health_scores.score end,
            case when health_scores.measure = 'nps' then health_scores.measured_on end
        ) as nps,
        max(
            case when health_scores.measure = 'nps' then health_scores.measured_on end
        ) as nps_on,
        max_by(
            case when health_scores.measure = 'support' then health_scores.score end,
            case when health_scores.measure = 'support' then health_scores.measured_on end
        ) as support,
        max(
            case when health_scores.measure = 'support' then health_scores.measured_on end
        ) as support_on,
        max_by(
            case when health_scores.measure = 'sentiment' then health_scores.score end,
            case when health_scores.measure = 'sentiment' then health_scores.measured_on end
        ) as sentiment,
        max(
            case when health_scores.measure = 'sentiment' then health_scores.measured_on end
        ) as sentiment_on
    from health_scores
    where
        health_scores.account_id >= :account_from
        and health_scores.account_id < :account_until
        and health_scores.score between 0 and 100
    group by
        health_scores.account_id,
        cast(date_trunc('week', health_scores.measured_on) as date)

),

carried as (

    select
        account_grid.account_id,
        account_grid.week_on,
        account_grid.state_on,
        last_value(measured.deployment ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as deployment,
        max(measured.deployment_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as deployment_on,
        last_value(measured.engagement ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as engagement,
        max(measured.engagement_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as engagement_on,
        last_value(measured.adoption ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as adoption,
        max(measured.adoption_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as adoption_on,
        last_value(measured.roi ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as roi,
        max(measured.roi_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as roi_on,
        last_value(measured.nps ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as nps,
        max(measured.nps_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as nps_on,
        last_value(measured.support ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as support,
        max(measured.support_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as support_on,
        last_value(measured.sentiment ignore nulls) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as sentiment,
        max(measured.sentiment_on) over (
            partition by account_grid.account_id
            order by account_grid.week_on
            rows between unbounded preceding and current row
        ) as sentiment_on
    from account_grid
    left join measured
        on
            account_grid.account_id = measured.account_id
            and account_grid.week_on = measured.week_on

)

select
    account_id,
    week_on,
    state_on,
    deployment,
    deployment_on,
    engagement,
    engagement_on,
    adoption,
    adoption_on,
    roi,
    roi_on,
    nps,
    nps_on,
    support,
    support_on,
    sentiment,
    sentiment_on
from carried

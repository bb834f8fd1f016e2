-- Everything that happened with one account by the as-of date, one row per event, the latest first.
-- Params: as_of date, account_id varchar, since date, until date (exclusive): of the event.
-- Uses: visible_accounts, rates.
-- Amounts are in the reporting currency at the rates of the as-of date. What has no day is not here.
with

chosen as (

    select
        visible_accounts.account_id,
        coalesce(visible_accounts.currency, :reporting_currency) as currency
    from visible_accounts
    where visible_accounts.account_id = :account_id

),

touches as (

    select
        'touch' as kind,
        cast(timeline_entries.happened_at as date) as happened_on,
        case timeline_entries.kind
            when 'ebr' then 'Executive business review'
            when 'call' then 'Call'
            when 'email' then 'E-mail'
            when 'meeting' then 'Meeting'
            when 'note' then 'Note'
            else 'Touch'
        end
        || case
            when timeline_entries.executive then ' with an executive'
            when timeline_entries.persona = 'decision_maker' then ' with a decision-maker'
            when timeline_entries.persona = 'end_user' then ' with an end user'
            when timeline_entries.persona = 'admin' then ' with an administrator'
            else ''
        end
        || coalesce(': ' || timeline_entries.note, '') as title,
        cast(null as decimal(38, 2)) as amount,
        coalesce(team_members.name, timeline_entries.member_id) as who,
        timeline_entries.url,
        'touch ' || timeline_entries.entry_id as event_id
    from timeline_entries
    inner join chosen
        on timeline_entries.account_id = chosen.account_id
    left join team_members
        on timeline_entries.member_id = team_members.member_id

),

cases as (

    select
        'support' as kind,
        cast(support_cases.opened_at as date) as happened_on,
        'Support case opened' || coalesce(', priority ' || support_cases.priority, '') as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'opened ' || support_cases.case_id as event_id
    from support_cases
    inner join chosen
        on support_cases.account_id = chosen.account_id

    union all

    select
        'support' as kind,
        cast(support_cases.closed_at as date) as happened_on,
        'Support case closed'
        || coalesce(', rated ' || cast(support_cases.csat as varchar) || ' of 5', '') as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'closed ' || support_cases.case_id as event_id
    from support_cases
    inner join chosen
        on support_cases.account_id = chosen.account_id

),

answers as (

    select
        'survey' as kind,
        survey_responses.responded_on as happened_on,
        case
            when survey_responses.survey <> 'nps'
                then 'Satisfaction: ' || cast(survey_responses.score as varchar) || ' of 5'
            when survey_responses.score >= 9
                then 'Would recommend: ' || cast(survey_responses.score as varchar) || ' of 10, promoter'
            when survey_responses.score >= 7
                then 'Would recommend: ' || cast(survey_responses.score as varchar) || ' of 10, passive'
            else
                'Would recommend: ' || cast(survey_responses.score as varchar) || ' of 10, detractor'
        end
        || coalesce(': ' || survey_responses.comment, '') as title,
        cast(null as decimal(38, 2)) as amount,
        case survey_responses.persona
            when 'decision_maker' then 'Decision-maker'
            when 'end_user' then 'End user'
            when 'admin' then 'Administrator'
        end as who,
        cast(null as varchar) as url,
        'answer ' || survey_responses.response_id as event_id
    from survey_responses
    inner join chosen
        on survey_responses.account_id = chosen.account_id
    where survey_responses.score is not null

),

decided as (

    select
        'renewal' as kind,
        renewals.closed_on as happened_on,
        case
            when renewals.status = 'renewed' then 'Renewed the term that ends on '
            else 'Did not renew the term that ends on '
        end
        || cast(renewals.due_on as varchar)
        || case
            when renewals.status = 'churned' then coalesce(': ' || renewals.churn_reason, '')
            else ''
        end as title,
        cast(
            round(
                case
                    when renewals.status = 'renewed' then renewals.arr_renewed
                    else -renewals.arr_due
                end * rates.rate,
                2
            ) as decimal(38, 2)
        ) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'renewal ' || renewals.renewal_id as event_id
    from renewals
    inner join chosen
        on renewals.account_id = chosen.account_id
    left join rates
        on coalesce(renewals.currency, chosen.currency) = rates.currency
    where renewals.status <> 'open'

),

leavings as (

    select
        'renewal' as kind,
        churn_events.churned_on as happened_on,
        'Left outside a renewal' || coalesce(': ' || churn_events.reason, '') as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'leaving ' || churn_events.event_id as event_id
    from churn_events
    inner join chosen
        on churn_events.account_id = chosen.account_id

),

steps as (

    select
        'arr' as kind,
        arr_changes.changed_on as happened_on,
        case
            when sum(cast(round(arr_changes.change * rates.rate, 2) as decimal(38, 2))) > 0
                then 'ARR rose'
            when sum(cast(round(arr_changes.change * rates.rate, 2) as decimal(38, 2))) < 0
                then 'ARR fell'
            else 'ARR changed in a currency without a rate'
        end as title,
        cast(
            sum(cast(round(arr_changes.change * rates.rate, 2) as decimal(38, 2))) as decimal(38, 2)
        ) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'arr' as event_id
    from arr_changes
    inner join chosen
        on arr_changes.account_id = chosen.account_id
    left join rates
        on arr_changes.currency = rates.currency
    group by arr_changes.changed_on
    having
        sum(cast(round(arr_changes.change * rates.rate, 2) as decimal(38, 2))) <> 0
        or sum(case when rates.rate is null and arr_changes.change <> 0 then 1 else 0 end) > 0

),

sales as (

    select
        'opportunity' as kind,
        opportunities.created_on as happened_on,
        case opportunities.kind
            when 'cross_sell' then 'Cross-sell opportunity opened'
            else 'Upsell opportunity opened'
        end as title,
        cast(null as decimal(38, 2)) as amount,
        coalesce(team_members.name, opportunities.csm_id) as who,
        cast(null as varchar) as url,
        'opened ' || opportunities.opportunity_id as event_id
    from opportunities
    inner join chosen
        on opportunities.account_id = chosen.account_id
    left join team_members
        on opportunities.csm_id = team_members.member_id

    union all

    select
        'opportunity' as kind,
        opportunities.closed_on as happened_on,
        case opportunities.kind when 'cross_sell' then 'Cross-sell ' else 'Upsell ' end
        || case
            when opportunities.won then 'won'
            when not opportunities.won then 'lost'
            else 'closed'
        end as title,
        cast(round(opportunities.amount * rates.rate, 2) as decimal(38, 2)) as amount,
        coalesce(team_members.name, opportunities.csm_id) as who,
        cast(null as varchar) as url,
        'closed ' || opportunities.opportunity_id as event_id
    from opportunities
    inner join chosen
        on opportunities.account_id = chosen.account_id
    left join rates
        on coalesce(opportunities.currency, chosen.currency) = rates.currency
    left join team_members
        on opportunities.csm_id = team_members.member_id

),

dangers as (

    select
        'risk' as kind,
        risks.opened_on as happened_on,
        'Risk opened: ' || risks.category || coalesce('. ' || risks.note, '') as title,
        cast(null as decimal(38, 2)) as amount,
        coalesce(team_members.name, risks.owner_id) as who,
        cast(null as varchar) as url,
        'opened ' || risks.risk_id as event_id
    from risks
    inner join chosen
        on risks.account_id = chosen.account_id
    left join team_members
        on risks.owner_id = team_members.member_id

    union all

    select
        'risk' as kind,
        risks.escalated_on as happened_on,
        'Risk escalated: ' || risks.category as title,
        cast(null as decimal(38, 2)) as amount,
        coalesce(team_members.name, risks.owner_id) as who,
        cast(null as varchar) as url,
        'escalated ' || risks.risk_id as event_id
    from risks
    inner join chosen
        on risks.account_id = chosen.account_id
    left join team_members
        on risks.owner_id = team_members.member_id

    union all

    select
        'risk' as kind,
        risks.resolved_on as happened_on,
        'Risk resolved: ' || risks.category as title,
        cast(null as decimal(38, 2)) as amount,
        coalesce(team_members.name, risks.owner_id) as who,
        cast(null as varchar) as url,
        'resolved ' || risks.risk_id as event_id
    from risks
    inner join chosen
        on risks.account_id = chosen.account_id
    left join team_members
        on risks.owner_id = team_members.member_id

),

aims as (

    select
        'objective' as kind,
        objectives.last_validated_on as happened_on,
        'Objective confirmed: ' || objectives.goal as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'objective ' || objectives.objective_id as event_id
    from objectives
    inner join chosen
        on objectives.account_id = chosen.account_id

),

favours as (

    select
        'advocacy' as kind,
        advocacy_events.happened_on,
        advocacy_events.kind
        || case advocacy_events.qualifies_as
            when 'csqa' then ', qualified advocate'
            when 'csql' then ', qualified lead'
            else ''
        end as title,
        cast(round(advocacy_events.influenced_arr * rates.rate, 2) as decimal(38, 2)) as amount,
        coalesce(team_members.name, advocacy_events.member_id) as who,
        cast(null as varchar) as url,
        'advocacy ' || advocacy_events.event_id as event_id
    from advocacy_events
    inner join chosen
        on advocacy_events.account_id = chosen.account_id
    left join rates
        on coalesce(advocacy_events.currency, chosen.currency) = rates.currency
    left join team_members
        on advocacy_events.member_id = team_members.member_id

),

firsts as (

    select
        'milestone' as kind,
        usage_events.first_done_on as happened_on,
        'For the first time: ' || usage_events.behaviour as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'first ' || usage_events.behaviour as event_id
    from usage_events
    inner join chosen
        on usage_events.account_id = chosen.account_id

),

messages as (

    select
        'message' as kind,
        cast(digital_touches.sent_at as date) as happened_on,
        digital_touches.program || ' sent by ' || digital_touches.channel as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'sent ' || digital_touches.touch_id as event_id
    from digital_touches
    inner join chosen
        on digital_touches.account_id = chosen.account_id
    where digital_touches.arm is distinct from 'control'

    union all

    select
        'message' as kind,
        cast(digital_touches.acted_at as date) as happened_on,
        'Did what ' || digital_touches.program || ' asked' as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'acted ' || digital_touches.touch_id as event_id
    from digital_touches
    inner join chosen
        on digital_touches.account_id = chosen.account_id
    where digital_touches.arm is distinct from 'control'

),

attributes as (

    select
        account_history.field,
        account_history.value,
        account_history.valid_from_on,
        lag(account_history.value) over (
            partition by account_history.field
            order by account_history.valid_from_on
        ) as value_before
    from account_history
    inner join chosen
        on account_history.account_id = chosen.account_id

),

turns as (

    select
        'account' as kind,
        attributes.valid_from_on as happened_on,
        case attributes.field
            when 'csm_id' then 'CSM'
            when 'lifecycle_stage' then 'Stage'
            when 'segment' then 'Segment'
            when 'region' then 'Region'
            else 'Touch model'
        end
        || ' became ' || coalesce(team_members.name, attributes.value) as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        attributes.field as event_id
    from attributes
    left join team_members
        on attributes.field = 'csm_id' and attributes.value = team_members.member_id
    where attributes.value_before is not null and attributes.value_before <> attributes.value

),

bands as (

    select
        account_weeks.state_on,
        account_weeks.health_band,
        lag(account_weeks.health_band) over (
            order by account_weeks.week_on
        ) as band_before
    from account_weeks
    inner join chosen
        on account_weeks.account_id = chosen.account_id

),

crossings as (

    select
        'health' as kind,
        state_on as happened_on,
        'Health went from ' || band_before || ' to ' || health_band as title,
        cast(null as decimal(38, 2)) as amount,
        cast(null as varchar) as who,
        cast(null as varchar) as url,
        'health' as event_id
    from bands
    where band_before <> health_band

),

events as (

    select * from touches
    union all
    select * from cases
    union all
    select * from answers
    union all
    select * from decided
    union all
    select * from leavings
    union all
    select * from steps
    union all
    select * from sales
    union all
    select * from dangers
    union all
    select * from aims
    union all
    select * from favours
    union all
    select * from firsts
    union all
    select * from messages
    union all
    select * from turns
    union all
    select * from crossings

)

select
    kind,
    happened_on,
    title,
    amount,
    who,
    url
from events
where
    happened_on <= :as_of
    and (cast(:since as date) is null or happened_on >= :since)
    and (cast(:until as date) is null or happened_on < :until)
order by happened_on desc nulls last, kind, event_id

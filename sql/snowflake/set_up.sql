-- Roles, a user, two virtual warehouses, tables and derived tables for the dashboard. Written by
--     python -m dashboard set-up snowflake
-- from sql/contract, sql/marts and the policy of the settings: change those, not this file.
-- Run it once, from top to bottom; what stands in angle brackets is yours. See docs/snowflake.md.

use role useradmin;
create role if not exists CS_DASHBOARD_OWNER;
create role if not exists CS_DASHBOARD_READER;
create user if not exists CS_DASHBOARD
    type = service
    default_role = CS_DASHBOARD_READER
    default_warehouse = CS_DASHBOARD_WH
    rsa_public_key = '<the public key, on one line>';
grant role CS_DASHBOARD_READER to user CS_DASHBOARD;
grant role CS_DASHBOARD_OWNER to role sysadmin;

use role sysadmin;
create warehouse if not exists CS_DASHBOARD_WH
    warehouse_size = xsmall
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 20
    statement_queued_timeout_in_seconds = 20;
create warehouse if not exists CS_DASHBOARD_LOAD_WH
    warehouse_size = xsmall
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true;
create database if not exists CUSTOMER_SUCCESS;
create schema if not exists CUSTOMER_SUCCESS.MART;
grant usage on warehouse CS_DASHBOARD_WH to role CS_DASHBOARD_READER;
grant usage on warehouse CS_DASHBOARD_LOAD_WH to role CS_DASHBOARD_OWNER;
grant usage on database CUSTOMER_SUCCESS to role CS_DASHBOARD_OWNER;
grant usage on database CUSTOMER_SUCCESS to role CS_DASHBOARD_READER;
grant ownership on schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_OWNER copy current grants;

use role accountadmin;
create resource monitor if not exists CS_DASHBOARD_MONITOR with
    credit_quota = 30
    frequency = monthly
    start_timestamp = immediately
    triggers
        on 75 percent do notify
        on 100 percent do suspend;
alter warehouse CS_DASHBOARD_WH set resource_monitor = CS_DASHBOARD_MONITOR;
alter warehouse CS_DASHBOARD_LOAD_WH set resource_monitor = CS_DASHBOARD_MONITOR;

use role CS_DASHBOARD_OWNER;
use warehouse CS_DASHBOARD_LOAD_WH;
use schema CUSTOMER_SUCCESS.MART;

-- The company's tables, empty. Where the data lie in tables of yours, put a view in the place of a
-- table, with the same columns in the same types, such as
--     create or replace view products as
--     select cast(sku as varchar) as product_id, ... from <your table>;

-- Everyone who works with customers or reads about them, one row per person.
create table if not exists team_members (
    member_id varchar not null, -- [key] The company's id for the person.
    name varchar not null, -- Name as colleagues write it.
    email varchar not null, -- Work address; sign-in finds the person by it, whatever its case.
    role varchar not null, -- [one of executive, cs_manager, csm, finance, people] What the person may open.
    job_track varchar, -- [one of ic, manager] Career track.
    job_level integer, -- [1 to 8] Level on the track: CSM 1 to 6, manager 1 to 8.
    level_since_on date, -- Day the person reached the level.
    manager_id varchar, -- [ref team_members] Whom the person reports to.
    segment_focus varchar, -- Customer segment the person mainly serves.
    touch_model varchar, -- [one of high, low, tech, pooled] How the person serves customers.
    hired_on date, -- First day of work.
    ramped_on date, -- Day from which a full book is expected.
    left_on date -- First day no longer employed; from then on nothing may be opened.
);

-- Customers and former customers, one row per account.
create table if not exists accounts (
    account_id varchar not null, -- [key] The company's id for the account.
    account_name varchar not null, -- Name as colleagues write it; need not be unique.
    parent_account_id varchar, -- [ref accounts] Account this one belongs to.
    segment varchar not null, -- Customer segment today.
    industry varchar, -- Industry.
    region varchar, -- Sales region today.
    csm_id varchar, -- [ref team_members] Customer success manager today; empty is unassigned.
    touch_model varchar, -- [one of high, low, tech, pooled] How the account is served.
    lifecycle_stage varchar not null, -- Stage of the customer's journey today: Onboarding, Adoption, Renewal, Expansion, Churned.
    stage_entered_on date, -- Day the stage was entered.
    maturity varchar, -- How advanced the customer's use is, in the company's own words.
    customer_since date not null, -- First day as a customer.
    churned_on date, -- First day no longer a customer, by the CRM; subscriptions are believed over it.
    currency varchar -- ISO 4217 code the account is billed in; empty is the reporting currency.
);

-- What an account's attributes used to be, one row per account, attribute and span.
create table if not exists account_history (
    account_id varchar not null, -- [key] [ref accounts] Account.
    field varchar not null, -- [key] [one of segment, csm_id, lifecycle_stage, region, touch_model] Attribute.
    value varchar not null, -- Value in the span.
    valid_from_on date not null, -- [key] First day of the value.
    valid_to_on date -- First day the value no longer held; empty is still held.
);

-- What customers did for the company, one row per event.
create table if not exists advocacy_events (
    event_id varchar not null, -- [key] The company's id for the event.
    account_id varchar not null, -- [ref accounts] Account.
    member_id varchar, -- [ref team_members] Who arranged it.
    kind varchar not null, -- Reference call, case study, referral and so on.
    qualifies_as varchar, -- [one of csqa, csql] Customer-success qualified advocate or lead.
    happened_on date not null, -- Day.
    influenced_arr decimal(18, 2), -- [money] ARR of the sales it helped.
    currency varchar -- ISO 4217 code; empty is the account's.
);

-- What is sold, one row per product.
create table if not exists products (
    product_id varchar not null, -- [key] The company's id for the product.
    product_name varchar not null, -- Name.
    list_arr decimal(18, 2) -- [money] List price a year, in the reporting currency.
);

-- What customers pay for, one row per line of a contract.
create table if not exists subscriptions (
    subscription_id varchar not null, -- [key] The company's id for the line.
    account_id varchar not null, -- [ref accounts] Account.
    product_id varchar, -- [ref products] Product.
    signed_on date, -- Day of signature.
    starts_on date not null, -- First day the line is live.
    ends_on date, -- First day the line is no longer live (exclusive); empty has no end.
    arr decimal(18, 2) not null, -- [money] ARR of the line while it is live; 0 is a trial.
    currency varchar, -- ISO 4217 code; empty is the account's.
    licensed_seats integer, -- [at least 0] Seats bought.
    term_months integer, -- [at least 0] Length of the term.
    auto_renew boolean, -- Renews unless notice is given.
    notice_days integer, -- [at least 0] Days of notice.
    uplift_share double -- [share] Price rise agreed for the next term.
);

-- Changes of ARR, one row per account, day and cause.
create table if not exists arr_movements (
    movement_id varchar not null, -- [key] The company's id for the movement.
    account_id varchar not null, -- [ref accounts] Account.
    product_id varchar, -- [ref products] Product.
    subscription_id varchar, -- [ref subscriptions] Contract line.
    effective_on date not null, -- Day from which the ARR is different.
    recorded_at timestamp not null, -- Moment the movement was booked, UTC; later than the effective day when back-dated.
    movement varchar not null, -- [one of new, expansion, contraction, churn, reactivation] Kind, by account and not by product.
    reason varchar, -- Cause: seats, product, price, fx and whatever the company uses.
    amount decimal(18, 2) not null, -- [money] Signed change of ARR.
    currency varchar -- ISO 4217 code; empty is the account's.
);

-- Customers who left outside a renewal, one row per leaving.
create table if not exists churn_events (
    event_id varchar not null, -- [key] The company's id for the event.
    account_id varchar not null, -- [ref accounts] Account.
    churned_on date not null, -- First day no longer a customer.
    reason varchar, -- Why the customer left.
    controllable boolean, -- Whether the company could have prevented it.
    note varchar -- What is known.
);

-- Messages of digital programmes, one row per person and message.
create table if not exists digital_touches (
    touch_id varchar not null, -- [key] The company's id for the touch.
    account_id varchar not null, -- [ref accounts] Account.
    respondent_id varchar, -- The company's id for the person.
    program varchar not null, -- Programme.
    channel varchar not null, -- E-mail, in-app and so on.
    arm varchar, -- [one of test, control] Arm of the trial.
    sent_at timestamp not null, -- Moment it was sent, or withheld for the control arm, UTC.
    reached_at timestamp, -- Moment it was seen, UTC.
    acted_at timestamp -- Moment the person did what was asked, UTC.
);

-- The company's calendar, one row per grain and period; derived from the settings where empty.
create table if not exists fiscal_periods (
    grain varchar not null, -- [key] [one of month, quarter, year] Length.
    period_start_on date not null, -- [key] First day.
    period_end_on date not null, -- First day after (exclusive).
    label varchar not null -- Name, such as FY26 Q1.
);

-- Contracts coming to their end, one row per account and due date.
create table if not exists renewals (
    renewal_id varchar not null, -- [key] The company's id for the renewal.
    account_id varchar not null, -- [ref accounts] Account.
    subscription_id varchar, -- [ref subscriptions] Contract line.
    due_on date not null, -- Day the term ends.
    arr_due decimal(18, 2) not null, -- [money] [at least 0] ARR before the renewal, of all lines that end that day.
    currency varchar, -- ISO 4217 code; empty is the account's.
    status varchar not null, -- [one of open, renewed, churned] Outcome so far.
    closed_on date, -- Day of the outcome.
    arr_renewed decimal(18, 2), -- [money] [at least 0] ARR that replaced what was due.
    forecast_category varchar, -- CSM's call: commit, best_case, at_risk and whatever the company uses.
    renewal_likelihood varchar, -- [one of not_likely, unsure, likely] The customer's own answer.
    churn_reason varchar, -- Why the customer left.
    churn_controllable boolean -- Whether the company could have prevented it.
);

-- What was forecast for a renewal and when, one row per call.
create table if not exists forecast_calls (
    call_id varchar not null, -- [key] The company's id for the call.
    renewal_id varchar not null, -- [ref renewals] Renewal.
    called_by varchar not null, -- Member id of the person, or the name of the model.
    called_at timestamp not null, -- Moment of the call, UTC.
    source varchar not null, -- [one of csm, manager, model] Whose call it is.
    forecast_category varchar, -- Category called.
    amount decimal(18, 2), -- [money] ARR expected to renew, in the renewal's currency.
    likelihood double -- [share] Probability called.
);

-- Exchange rates, one row per currency and day.
create table if not exists fx_rates (
    currency varchar not null, -- [key] ISO 4217 code.
    valid_on date not null, -- [key] First day of the rate; it holds until the next one.
    rate_to_reporting decimal(18, 8) not null -- [more than 0] Reporting currency for one unit of the currency.
);

-- Weekly health measurements, one row per account, day and measure.
create table if not exists health_scores (
    account_id varchar not null, -- [key] [ref accounts] Account.
    measured_on date not null, -- [key] Day of the measurement.
    measure varchar not null, -- [key] [one of deployment, engagement, adoption, roi, nps, support, sentiment] What was measured.
    score double not null -- [0 to 100] Score; 100 is best.
);

-- What customers want to achieve, one row per objective.
create table if not exists objectives (
    objective_id varchar not null, -- [key] The company's id for the objective.
    account_id varchar not null, -- [ref accounts] Account.
    goal varchar not null, -- The objective in words.
    kind varchar, -- Kind in the company's words.
    baseline_value double, -- Value at the start.
    goal_value double, -- Value wanted.
    current_value double, -- Value last seen.
    due_on date, -- Day it should be reached.
    status varchar, -- on_track, at_risk, attained, missed and whatever the company uses.
    last_validated_on date -- Day the customer last confirmed it.
);

-- Expansion sales, one row per opportunity.
create table if not exists opportunities (
    opportunity_id varchar not null, -- [key] The company's id for the opportunity.
    account_id varchar, -- [ref accounts] Account; may be unknown.
    csm_id varchar, -- [ref team_members] CSM who sourced or owns it.
    kind varchar not null, -- [one of upsell, cross_sell] More of the same, or another product.
    product_id varchar, -- [ref products] Product.
    amount decimal(18, 2), -- [money] ARR it would add; may be unknown.
    currency varchar, -- ISO 4217 code; empty is the account's.
    stage varchar not null, -- Sales stage in the company's words.
    probability double, -- [share] Probability of winning; where empty the stage's weight is used.
    forecast_category varchar not null, -- Forecast category: pipeline, best_case, commit, closed, omitted; any other is shown as unmapped.
    source varchar, -- [one of csm, sales, marketing] Who found it.
    created_on date, -- Day it was opened.
    expected_close_on date, -- Day it is expected to close; may be unknown.
    closed_on date, -- Day it was closed; empty is open.
    won boolean -- Whether it was won; empty is open.
);

-- Changes of opportunities, one row per opportunity, moment and field.
create table if not exists opportunity_history (
    opportunity_id varchar not null, -- [key] [ref opportunities] Opportunity.
    changed_at timestamp not null, -- [key] Moment of the change, UTC.
    field varchar not null, -- [key] Field that changed: forecast_category, stage, amount, expected_close_on.
    old_value varchar, -- Value before.
    new_value varchar -- Value after.
);

-- How well a product would suit an account, one row per account and product.
create table if not exists product_fit (
    account_id varchar not null, -- [key] [ref accounts] Account.
    product_id varchar not null, -- [key] [ref products] Product.
    propensity double, -- [share] Likelihood to buy.
    potential_arr decimal(18, 2), -- [money] ARR it could bring.
    currency varchar -- ISO 4217 code; empty is the account's.
);

-- Reasons an account may leave, one row per risk.
create table if not exists risks (
    risk_id varchar not null, -- [key] The company's id for the risk.
    account_id varchar not null, -- [ref accounts] Account.
    category varchar not null, -- Deployment, Engagement, Adoption, ROI, Overall, Support, Sentiment or External.
    source varchar not null, -- [one of auto, manual] Opened by a rule or by hand.
    severity varchar, -- Severity in the company's words.
    owner_id varchar, -- [ref team_members] Who acts on it.
    opened_on date not null, -- Day it was opened.
    escalated_on date, -- Day it was escalated.
    resolved_on date, -- Day it was resolved; empty is open.
    note varchar -- What is known.
);

-- Skills expected and seen, one row per person, cycle and skill. Personal data.
create table if not exists skill_assessments (
    member_id varchar not null, -- [key] [ref team_members] Person.
    cycle varchar not null, -- [key] Review cycle.
    skill varchar not null, -- [key] Skill.
    expected_level integer, -- [at least 0] Level the job expects.
    assessed_level integer -- [at least 0] Level seen.
);

-- Support cases, one row per case.
create table if not exists support_cases (
    case_id varchar not null, -- [key] The company's id for the case.
    account_id varchar not null, -- [ref accounts] Account.
    priority varchar, -- Priority in the company's words.
    opened_at timestamp not null, -- Moment it was opened, UTC.
    closed_at timestamp, -- Moment it was closed, UTC; empty is open.
    csat integer -- [1 to 5] Rating given when it was closed.
);

-- Survey invitations and their answers, one row per person asked and time asked.
create table if not exists survey_responses (
    response_id varchar not null, -- [key] The company's id for the invitation.
    account_id varchar not null, -- [ref accounts] Account.
    respondent_id varchar, -- The company's id for the person asked.
    survey varchar not null, -- [one of nps, csat] Which question: would recommend (0 to 10) or satisfaction (1 to 5).
    persona varchar, -- [one of decision_maker, end_user, admin] Who was asked.
    sent_on date, -- Day of the invitation.
    responded_on date, -- Day of the answer; empty while there is none.
    score integer, -- [0 to 10] The answer.
    comment varchar, -- The answer in words.
    followed_up_on date -- Day somebody came back to the respondent.
);

-- Ratings of team members, one row per person, cycle and reviewer. Personal data.
create table if not exists talent_reviews (
    member_id varchar not null, -- [key] [ref team_members] Person rated.
    cycle varchar not null, -- [key] Review cycle, named so that names sort in time, such as 2026-H1.
    reviewer_id varchar not null, -- [key] [ref team_members] Person who rated.
    performance varchar not null, -- [one of meets_some, meets_all, exceeds] Performance against the level's expected skills.
    promotability varchar not null, -- [one of low, medium, high] Readiness for the next level.
    calibrated_performance varchar, -- [one of meets_some, meets_all, exceeds] Performance after calibration.
    calibrated_promotability varchar, -- [one of low, medium, high] Promotability after calibration.
    action_plan varchar, -- What follows from the rating.
    reviewed_on date -- Day of the rating.
);

-- What was promised, one row per period, metric and scope.
create table if not exists targets (
    period_start_on date not null, -- [key] First day.
    period_end_on date not null, -- [key] First day after (exclusive).
    metric varchar not null, -- [key] Name of the metric.
    scope varchar, -- [key] company, or a segment, region or member id.
    value decimal(18, 8) not null -- Target in the metric's unit; shares are 0 to 1.
);

-- Touches with customers, one row per touch.
create table if not exists timeline_entries (
    entry_id varchar not null, -- [key] The company's id for the entry.
    account_id varchar not null, -- [ref accounts] Account.
    member_id varchar, -- [ref team_members] Who wrote it.
    kind varchar not null, -- [one of ebr, call, email, meeting, note] Kind of touch; ebr is an executive business review.
    persona varchar, -- [one of decision_maker, end_user, admin] Whom it was with.
    executive boolean, -- Whether an executive of the customer took part.
    happened_at timestamp not null, -- Moment, UTC.
    note varchar, -- What was said.
    url varchar -- Where the original lies.
);

-- First time an account did something that matters, one row per account and behaviour.
create table if not exists usage_events (
    account_id varchar not null, -- [key] [ref accounts] Account.
    behaviour varchar not null, -- [key] What was done.
    first_done_on date not null -- Day it was first done.
);

-- Use of the product, one row per account and week.
create table if not exists usage_weekly (
    account_id varchar not null, -- [key] [ref accounts] Account.
    week_on date not null, -- [key] Monday of the week.
    active_users integer, -- [at least 0] People who used the product in the week.
    licensed_seats integer, -- [at least 0] Seats licensed in the week.
    features_used integer, -- [at least 0] Features used in the week.
    features_entitled integer -- [at least 0] Features the account may use.
);

create table if not exists manifest (entry varchar not null, value varchar not null);

create table if not exists loaded_files (
    file varchar not null,
    table_name varchar,
    sha256 varchar not null,
    rows_read bigint not null
);

create table if not exists quarantine (
    table_name varchar not null,
    file varchar not null,
    row_number bigint,
    row_key varchar,
    column_name varchar,
    rule varchar not null,
    value varchar,
    arr decimal(18, 2),
    row_values varchar
);

create table if not exists broken_rules (
    table_name varchar not null,
    row_key varchar,
    account_id varchar,
    column_name varchar,
    rule varchar not null,
    value varchar,
    arr decimal(18, 2)
);

create table if not exists notices (
    notice varchar not null,
    noticed_rows bigint not null,
    accounts bigint not null,
    arr decimal(38, 2)
);

create or replace view loaded_tables as
select
    'team_members' as table_name,
    exists (select 1 from team_members) as is_loaded,
    (select count(*) from team_members) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'team_members') as quarantined_rows,
    (select max(d) from (select max(level_since_on) as d from team_members union all select max(hired_on) as d from team_members union all select max(ramped_on) as d from team_members union all select max(left_on) as d from team_members) as days) as freshest_on

union all

select
    'accounts' as table_name,
    exists (select 1 from accounts) as is_loaded,
    (select count(*) from accounts) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'accounts') as quarantined_rows,
    (select max(d) from (select max(stage_entered_on) as d from accounts union all select max(customer_since) as d from accounts union all select max(churned_on) as d from accounts) as days) as freshest_on

union all

select
    'account_history' as table_name,
    exists (select 1 from account_history) as is_loaded,
    (select count(*) from account_history) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'account_history') as quarantined_rows,
    (select max(d) from (select max(valid_from_on) as d from account_history) as days) as freshest_on

union all

select
    'advocacy_events' as table_name,
    exists (select 1 from advocacy_events) as is_loaded,
    (select count(*) from advocacy_events) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'advocacy_events') as quarantined_rows,
    (select max(d) from (select max(happened_on) as d from advocacy_events) as days) as freshest_on

union all

select
    'products' as table_name,
    exists (select 1 from products) as is_loaded,
    (select count(*) from products) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'products') as quarantined_rows,
    cast(null as date) as freshest_on

union all

select
    'subscriptions' as table_name,
    exists (select 1 from subscriptions) as is_loaded,
    (select count(*) from subscriptions) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'subscriptions') as quarantined_rows,
    (select max(d) from (select max(signed_on) as d from subscriptions union all select max(starts_on) as d from subscriptions) as days) as freshest_on

union all

select
    'arr_movements' as table_name,
    exists (select 1 from arr_movements) as is_loaded,
    (select count(*) from arr_movements) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'arr_movements') as quarantined_rows,
    (select max(d) from (select max(effective_on) as d from arr_movements union all select max(cast(recorded_at as date)) as d from arr_movements) as days) as freshest_on

union all

select
    'churn_events' as table_name,
    exists (select 1 from churn_events) as is_loaded,
    (select count(*) from churn_events) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'churn_events') as quarantined_rows,
    (select max(d) from (select max(churned_on) as d from churn_events) as days) as freshest_on

union all

select
    'digital_touches' as table_name,
    exists (select 1 from digital_touches) as is_loaded,
    (select count(*) from digital_touches) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'digital_touches') as quarantined_rows,
    (select max(d) from (select max(cast(sent_at as date)) as d from digital_touches union all select max(cast(reached_at as date)) as d from digital_touches union all select max(cast(acted_at as date)) as d from digital_touches) as days) as freshest_on

union all

select
    'fiscal_periods' as table_name,
    exists (select 1 from fiscal_periods) as is_loaded,
    (select count(*) from fiscal_periods) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'fiscal_periods') as quarantined_rows,
    cast(null as date) as freshest_on

union all

select
    'renewals' as table_name,
    exists (select 1 from renewals) as is_loaded,
    (select count(*) from renewals) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'renewals') as quarantined_rows,
    (select max(d) from (select max(closed_on) as d from renewals) as days) as freshest_on

union all

select
    'forecast_calls' as table_name,
    exists (select 1 from forecast_calls) as is_loaded,
    (select count(*) from forecast_calls) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'forecast_calls') as quarantined_rows,
    (select max(d) from (select max(cast(called_at as date)) as d from forecast_calls) as days) as freshest_on

union all

select
    'fx_rates' as table_name,
    exists (select 1 from fx_rates) as is_loaded,
    (select count(*) from fx_rates) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'fx_rates') as quarantined_rows,
    (select max(d) from (select max(valid_on) as d from fx_rates) as days) as freshest_on

union all

select
    'health_scores' as table_name,
    exists (select 1 from health_scores) as is_loaded,
    (select count(*) from health_scores) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'health_scores') as quarantined_rows,
    (select max(d) from (select max(measured_on) as d from health_scores) as days) as freshest_on

union all

select
    'objectives' as table_name,
    exists (select 1 from objectives) as is_loaded,
    (select count(*) from objectives) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'objectives') as quarantined_rows,
    (select max(d) from (select max(last_validated_on) as d from objectives) as days) as freshest_on

union all

select
    'opportunities' as table_name,
    exists (select 1 from opportunities) as is_loaded,
    (select count(*) from opportunities) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'opportunities') as quarantined_rows,
    (select max(d) from (select max(created_on) as d from opportunities union all select max(closed_on) as d from opportunities) as days) as freshest_on

union all

select
    'opportunity_history' as table_name,
    exists (select 1 from opportunity_history) as is_loaded,
    (select count(*) from opportunity_history) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'opportunity_history') as quarantined_rows,
    (select max(d) from (select max(cast(changed_at as date)) as d from opportunity_history) as days) as freshest_on

union all

select
    'product_fit' as table_name,
    exists (select 1 from product_fit) as is_loaded,
    (select count(*) from product_fit) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'product_fit') as quarantined_rows,
    cast(null as date) as freshest_on

union all

select
    'risks' as table_name,
    exists (select 1 from risks) as is_loaded,
    (select count(*) from risks) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'risks') as quarantined_rows,
    (select max(d) from (select max(opened_on) as d from risks union all select max(escalated_on) as d from risks union all select max(resolved_on) as d from risks) as days) as freshest_on

union all

select
    'skill_assessments' as table_name,
    exists (select 1 from skill_assessments) as is_loaded,
    (select count(*) from skill_assessments) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'skill_assessments') as quarantined_rows,
    cast(null as date) as freshest_on

union all

select
    'support_cases' as table_name,
    exists (select 1 from support_cases) as is_loaded,
    (select count(*) from support_cases) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'support_cases') as quarantined_rows,
    (select max(d) from (select max(cast(opened_at as date)) as d from support_cases union all select max(cast(closed_at as date)) as d from support_cases) as days) as freshest_on

union all

select
    'survey_responses' as table_name,
    exists (select 1 from survey_responses) as is_loaded,
    (select count(*) from survey_responses) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'survey_responses') as quarantined_rows,
    (select max(d) from (select max(sent_on) as d from survey_responses union all select max(responded_on) as d from survey_responses union all select max(followed_up_on) as d from survey_responses) as days) as freshest_on

union all

select
    'talent_reviews' as table_name,
    exists (select 1 from talent_reviews) as is_loaded,
    (select count(*) from talent_reviews) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'talent_reviews') as quarantined_rows,
    (select max(d) from (select max(reviewed_on) as d from talent_reviews) as days) as freshest_on

union all

select
    'targets' as table_name,
    exists (select 1 from targets) as is_loaded,
    (select count(*) from targets) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'targets') as quarantined_rows,
    cast(null as date) as freshest_on

union all

select
    'timeline_entries' as table_name,
    exists (select 1 from timeline_entries) as is_loaded,
    (select count(*) from timeline_entries) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'timeline_entries') as quarantined_rows,
    (select max(d) from (select max(cast(happened_at as date)) as d from timeline_entries) as days) as freshest_on

union all

select
    'usage_events' as table_name,
    exists (select 1 from usage_events) as is_loaded,
    (select count(*) from usage_events) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'usage_events') as quarantined_rows,
    (select max(d) from (select max(first_done_on) as d from usage_events) as days) as freshest_on

union all

select
    'usage_weekly' as table_name,
    exists (select 1 from usage_weekly) as is_loaded,
    (select count(*) from usage_weekly) as loaded_rows,
    (select count(distinct file || ' ' || cast(row_number as varchar)) from quarantine
        where table_name = 'usage_weekly') as quarantined_rows,
    (select max(d) from (select max(week_on) as d from usage_weekly) as days) as freshest_on;

create or replace dynamic table account_spans
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

edges as (

    select
        account_id,
        date '0001-01-01' as valid_from_on
    from accounts

    union distinct

    select
        account_id,
        valid_from_on
    from account_history

    union distinct

    select
        account_id,
        valid_to_on as valid_from_on
    from account_history
    where valid_to_on is not null

),

spans as (

    select
        account_id,
        valid_from_on,
        lead(valid_from_on, 1, date '9999-12-31') over (
            partition by account_id
            order by valid_from_on
        ) as valid_to_on
    from edges

),

known as (

    select
        spans.account_id,
        spans.valid_from_on,
        max(case when account_history.field = 'segment' then account_history.value end) as segment,
        max(case when account_history.field = 'region' then account_history.value end) as region,
        max(case when account_history.field = 'csm_id' then account_history.value end) as csm_id,
        max(case when account_history.field = 'lifecycle_stage' then account_history.value end)
            as lifecycle_stage,
        max(case when account_history.field = 'touch_model' then account_history.value end) as touch_model
    from spans
    inner join account_history
        on
            spans.account_id = account_history.account_id
            and spans.valid_from_on >= account_history.valid_from_on
            and (
                account_history.valid_to_on is null
                or spans.valid_from_on < account_history.valid_to_on
            )
    group by spans.account_id, spans.valid_from_on

)

select
    spans.account_id,
    spans.valid_from_on,
    spans.valid_to_on,
    coalesce(known.segment, accounts.segment) as segment,
    coalesce(known.region, accounts.region, 'Unknown') as region,
    coalesce(known.csm_id, accounts.csm_id) as csm_id,
    coalesce(known.lifecycle_stage, accounts.lifecycle_stage) as lifecycle_stage,
    coalesce(known.touch_model, accounts.touch_model) as touch_model
from spans
inner join accounts
    on spans.account_id = accounts.account_id
left join known
    on
        spans.account_id = known.account_id
        and spans.valid_from_on = known.valid_from_on;

create or replace dynamic table account_roots
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with recursive

ancestors as (

    select
        account_id,
        account_id as ancestor_id,
        0 as steps
    from accounts

    union all

    select
        ancestors.account_id,
        accounts.parent_account_id as ancestor_id,
        ancestors.steps + 1 as steps
    from ancestors
    inner join accounts
        on ancestors.ancestor_id = accounts.account_id
    inner join accounts as parents
        on accounts.parent_account_id = parents.account_id
    where ancestors.steps < 20

),

tops as (

    select
        ancestors.account_id,
        max(
            case
                when accounts.parent_account_id is null or parents.account_id is null
                    then ancestors.ancestor_id
            end
        ) as top_id,
        min(case when ancestors.steps > 10 then ancestors.ancestor_id end) as first_id
    from ancestors
    inner join accounts
        on ancestors.ancestor_id = accounts.account_id
    left join accounts as parents
        on accounts.parent_account_id = parents.account_id
    group by ancestors.account_id

)

select
    account_id,
    coalesce(top_id, first_id, account_id) as root_id
from tops;

create or replace dynamic table fx_spans
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
select
    currency,
    valid_on as starts_on,
    lead(valid_on, 1, date '9999-12-31') over (
        partition by currency
        order by valid_on
    ) as ends_on,
    cast(rate_to_reporting as decimal(28, 8)) as rate
from fx_rates;

create or replace dynamic table arr_changes
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

lines as (

    select
        account_id,
        product_id,
        currency,
        starts_on as changed_on,
        arr as change,
        1 as lines_change
    from subscriptions
    where ends_on is null or starts_on < ends_on

    union all

    select
        account_id,
        product_id,
        currency,
        ends_on as changed_on,
        -arr as change,
        -1 as lines_change
    from subscriptions
    where starts_on < ends_on

    union all

    select
        account_id,
        product_id,
        currency,
        effective_on as changed_on,
        amount as change,
        0 as lines_change
    from arr_movements
    where not exists (select 1 from subscriptions)

),

events as (

    select
        account_id,
        product_id,
        currency,
        changed_on,
        change,
        lines_change,
        cast(0 as decimal(18, 2)) as price_change,
        cast(0 as decimal(18, 2)) as fx_change
    from lines

    union all

    select
        account_id,
        product_id,
        currency,
        effective_on as changed_on,
        cast(0 as decimal(18, 2)) as change,
        0 as lines_change,
        case when lower(reason) = 'price' and amount > 0 then amount else 0 end as price_change,
        case when lower(reason) = 'fx' then amount else 0 end as fx_change
    from arr_movements
    where (lower(reason) = 'price' and amount > 0) or lower(reason) = 'fx'

)

select
    events.account_id,
    events.product_id,
    coalesce(events.currency, accounts.currency, 'USD') as currency,
    events.changed_on,
    cast(sum(events.change) as decimal(18, 2)) as change,
    cast(sum(events.price_change) as decimal(18, 2)) as price_change,
    cast(sum(events.fx_change) as decimal(18, 2)) as fx_change,
    cast(sum(events.lines_change) as integer) as lines_change
from events
inner join accounts
    on events.account_id = accounts.account_id
group by
    events.account_id,
    events.product_id,
    coalesce(events.currency, accounts.currency, 'USD'),
    events.changed_on;

create or replace dynamic table arr_spans
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

events as (

    select
        account_id,
        currency,
        changed_on,
        change
    from arr_changes

    union all

    select
        account_id,
        coalesce(currency, 'USD') as currency,
        date '1900-01-01' as changed_on,
        cast(0 as decimal(18, 2)) as change
    from accounts
    where
        exists (select 1 from subscriptions)
        or exists (select 1 from arr_movements)

),

changes as (

    select
        account_id,
        currency,
        changed_on,
        sum(change) as change
    from events
    group by account_id, currency, changed_on

)

select
    account_id,
    currency,
    changed_on as starts_on,
    lead(changed_on) over (
        partition by account_id, currency
        order by changed_on
    ) as ends_on,
    cast(
        sum(change) over (
            partition by account_id, currency
            order by changed_on
            rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as arr
from changes;

create or replace dynamic table arr_steps
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

unit_changes as (

    select
        'account' as level,
        account_id as unit_id,
        account_id,
        currency,
        changed_on,
        change,
        price_change,
        fx_change,
        lines_change
    from arr_changes

    union all

    select
        'account' as level,
        account_id as unit_id,
        account_id,
        coalesce(currency, 'USD') as currency,
        date '1900-01-01' as changed_on,
        cast(0 as decimal(18, 2)) as change,
        cast(0 as decimal(18, 2)) as price_change,
        cast(0 as decimal(18, 2)) as fx_change,
        0 as lines_change
    from accounts
    where account_id not in (select arr_changes.account_id from arr_changes)

),

rates as (

    select
        cast('USD' as varchar) as currency,
        cast(1 as decimal(28, 8)) as rate

    union all

    select
        currency,
        cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8)) as rate
    from fx_rates
    where
        valid_on <= (select cast(value as date) from manifest where entry = 'as_of')
        and currency <> 'USD'
    group by currency

),

steps_of_changes as (

    with

    netted as (

        select
            level,
            unit_id,
            currency,
            changed_on,
            min(account_id) as account_id,
            sum(change) as change,
            sum(price_change) as price_change,
            sum(fx_change) as fx_change,
            sum(lines_change) as lines_change
        from unit_changes
        group by level, unit_id, currency, changed_on

    ),

    currencies as (

        select
            level,
            unit_id,
            min(account_id) as account_id,
            count(distinct case when change <> 0 then currency end) as currencies,
            max(case when change <> 0 then currency end) as currency
        from netted
        group by level, unit_id

    ),

    placed as (

        select
            netted.level,
            netted.unit_id,
            netted.currency,
            netted.changed_on,
            netted.change,
            netted.price_change,
            netted.fx_change,
            netted.lines_change,
            sum(netted.change) over (
                partition by netted.level, netted.unit_id, netted.currency
                order by netted.changed_on
                rows between unbounded preceding and current row
            ) as arr,
            currencies.currencies > 1 as is_converted
        from netted
        inner join currencies
            on netted.level = currencies.level and netted.unit_id = currencies.unit_id

    ),

    in_one_currency as (

        select
            placed.level,
            placed.unit_id,
            placed.changed_on,
            sum(
                case
                    when placed.is_converted
                        then
                            cast(round(placed.arr * rates.rate, 2) as decimal(38, 2))
                            - cast(round((placed.arr - placed.change) * rates.rate, 2) as decimal(38, 2))
                    else placed.change
                end
            ) as change,
            sum(
                case
                    when placed.is_converted
                        then cast(round(placed.price_change * rates.rate, 2) as decimal(38, 2))
                    else placed.price_change
                end
            ) as price_change,
            sum(
                case
                    when placed.is_converted
                        then cast(round(placed.fx_change * rates.rate, 2) as decimal(38, 2))
                    else placed.fx_change
                end
            ) as fx_change,
            sum(placed.lines_change) as lines_change
        from placed
        left join rates
            on placed.currency = rates.currency
        group by placed.level, placed.unit_id, placed.changed_on

    ),

    days as (

        select
            level,
            unit_id,
            date '1900-01-01' as changed_on,
            cast(0 as decimal(38, 2)) as change,
            cast(0 as decimal(38, 2)) as price_change,
            cast(0 as decimal(38, 2)) as fx_change,
            0 as lines_change
        from currencies

        union all

        select
            level,
            unit_id,
            changed_on,
            change,
            price_change,
            fx_change,
            lines_change
        from in_one_currency
        where change <> 0 or lines_change <> 0

    ),

    running as (

        select
            level,
            unit_id,
            changed_on,
            change,
            price_change,
            fx_change,
            sum(change) over (
                partition by level, unit_id
                order by changed_on
                rows between unbounded preceding and current row
            ) as arr,
            sum(lines_change) over (
                partition by level, unit_id
                order by changed_on
                rows between unbounded preceding and current row
            ) as lines,
            lead(changed_on, 1, date '9999-12-31') over (
                partition by level, unit_id
                order by changed_on
            ) as ends_on
        from days

    ),

    seen as (

        select
            level,
            unit_id,
            changed_on,
            ends_on,
            change,
            price_change,
            fx_change,
            arr,
            lines,
            arr - change as before,
            coalesce(
                max(arr) over (
                    partition by level, unit_id
                    order by changed_on
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as most_before
        from running

    ),

    named as (

        select
            level,
            unit_id,
            changed_on,
            ends_on,
            change,
            price_change,
            fx_change,
            arr,
            lines,
            case
                when change = 0 then 'none'
                when before <= 0 and arr > 0 and most_before <= 0 then 'new'
                when before <= 0 and arr > 0 then 'reactivation'
                when before > 0 and arr <= 0 then 'churn'
                when change > 0 then 'expansion'
                else 'contraction'
            end as movement
        from seen

    ),

    split as (

        select
            level,
            unit_id,
            changed_on,
            ends_on,
            change,
            arr,
            lines,
            movement,
            case when movement in ('expansion', 'contraction') then fx_change else 0 end as fx,
            case
                when movement in ('expansion', 'contraction') and change - fx_change > 0
                    then case
                        when price_change < change - fx_change then price_change else change - fx_change
                    end
                else 0
            end as price
        from named

    ),

    parts as (

        select
            level,
            unit_id,
            changed_on,
            ends_on,
            change,
            arr,
            lines,
            movement,
            price,
            fx,
            case when movement = 'new' then change else 0 end as new,
            case when movement = 'reactivation' then change else 0 end as reactivation,
            case when movement = 'reactivation' then 1 else 0 end as returned,
            case
                when movement in ('expansion', 'contraction') and change - fx - price > 0
                    then change - fx - price
                else 0
            end as expansion,
            case
                when movement in ('expansion', 'contraction') and change - fx - price < 0
                    then change - fx - price
                else 0
            end as contraction,
            case when movement = 'churn' then change else 0 end as churn
        from split

    )

    select
        parts.level,
        parts.unit_id,
        currencies.account_id,
        case
            when currencies.currencies = 1 then currencies.currency
            else cast('USD' as varchar)
        end as currency,
        currencies.currencies > 1 as is_converted,
        parts.changed_on as starts_on,
        parts.ends_on,
        parts.movement,
        cast(parts.change as decimal(38, 2)) as change,
        cast(parts.arr as decimal(38, 2)) as arr,
        cast(parts.lines as integer) as lines,
        cast(
            sum(parts.new) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as new_total,
        cast(
            sum(parts.reactivation) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as reactivation_total,
        cast(
            sum(parts.expansion) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as expansion_total,
        cast(
            sum(parts.price) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as price_total,
        cast(
            sum(parts.fx) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as fx_total,
        cast(
            sum(parts.contraction) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as contraction_total,
        cast(
            sum(parts.churn) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as decimal(38, 2)
        ) as churn_total,
        cast(
            sum(parts.returned) over (
                partition by parts.level, parts.unit_id
                order by parts.changed_on
                rows between unbounded preceding and current row
            ) as integer
        ) as returns
    from parts
    inner join currencies
        on parts.level = currencies.level and parts.unit_id = currencies.unit_id

)

select
    account_id,
    currency,
    is_converted,
    starts_on,
    ends_on,
    movement,
    change,
    arr,
    lines,
    new_total,
    reactivation_total,
    expansion_total,
    price_total,
    fx_total,
    contraction_total,
    churn_total,
    returns
from steps_of_changes;

create or replace dynamic table weeks
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

days as (

    select distinct measured_on
    from health_scores

)

select
    cast(date_trunc('week', measured_on) as date) as week_on,
    max(measured_on) as state_on
from days
group by cast(date_trunc('week', measured_on) as date);

create or replace dynamic table account_weeks
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
with

carried as (

    with

    account_grid as (

        select
            accounts.account_id,
            weeks.week_on,
            weeks.state_on
        from accounts
        inner join weeks
            on accounts.customer_since <= weeks.state_on
        where accounts.account_id >= '' and accounts.account_id < chr(1114111)

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
            health_scores.account_id >= ''
            and health_scores.account_id < chr(1114111)
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

),

measures as (

    select
        carried.account_id,
        carried.week_on,
        case when carried.state_on - carried.deployment_on <= 60 then carried.deployment end
            as deployment,
        case when carried.state_on - carried.engagement_on <= 60 then carried.engagement end
            as engagement,
        case when carried.state_on - carried.adoption_on <= 60 then carried.adoption end
            as adoption,
        case when carried.state_on - carried.roi_on <= 60 then carried.roi end as roi,
        case when carried.state_on - carried.nps_on <= 60 then carried.nps end as nps,
        case when carried.state_on - carried.support_on <= 60 then carried.support end as support,
        case when carried.state_on - carried.sentiment_on <= 60 then carried.sentiment end
            as sentiment
    from carried

),

account_health as (

    with

    weighed as (

        select
            account_id,
            week_on,
            coalesce(deployment * cast('0.25' as double), 0)
            + coalesce(engagement * cast('0.25' as double), 0)
            + coalesce(adoption * cast('0.25' as double), 0)
            + coalesce(roi * cast('0.25' as double), 0)
                as outcomes_points,
            case when deployment is null then 0 else cast('0.25' as double) end
            + case when engagement is null then 0 else cast('0.25' as double) end
            + case when adoption is null then 0 else cast('0.25' as double) end
            + case when roi is null then 0 else cast('0.25' as double) end
                as outcomes_covered,
            coalesce(nps * cast('0.3333333333333333' as double), 0)
            + coalesce(support * cast('0.3333333333333333' as double), 0)
            + coalesce(sentiment * cast('0.3333333333333333' as double), 0)
                as experience_points,
            case when nps is null then 0 else cast('0.3333333333333333' as double) end
            + case when support is null then 0 else cast('0.3333333333333333' as double) end
            + case when sentiment is null then 0 else cast('0.3333333333333333' as double) end
                as experience_covered
        from measures

    ),

    grouped as (

        select
            account_id,
            week_on,
            outcomes_points / nullif(outcomes_covered, 0) as outcomes,
            experience_points / nullif(experience_covered, 0) as experience,
            case when outcomes_covered > 0 then cast('0.5' as double) else 0 end as outcomes_weight,
            case when experience_covered > 0 then cast('0.5' as double) else 0 end as experience_weight,
            round(
                outcomes_covered * cast('0.5' as double) + experience_covered * cast('0.5' as double), 9
            ) as coverage
        from weighed

    ),

    scored as (

        select
            account_id,
            week_on,
            outcomes,
            experience,
            coverage,
            case
                when coverage >= cast('0.5' as double) and coverage > 0
                    then round(
                        (
                            coalesce(outcomes * outcomes_weight, 0)
                            + coalesce(experience * experience_weight, 0)
                        ) / nullif(outcomes_weight + experience_weight, 0),
                        6
                    )
            end as overall_score
        from grouped

    )

    select
        account_id,
        week_on,
        outcomes,
        experience,
        coverage,
        overall_score,
        case
            when overall_score < cast('40.0' as double) then 'red'
            when overall_score < cast('70.0' as double) then 'amber'
            when overall_score is not null then 'green'
        end as health_band
    from scored

),

rates as (

    select
        cast('USD' as varchar) as currency,
        cast(1 as decimal(28, 8)) as rate

    union all

    select
        currency,
        cast(max_by(rate_to_reporting, valid_on) as decimal(28, 8)) as rate
    from fx_rates
    where
        valid_on <= (select cast(value as date) from manifest where entry = 'as_of')
        and currency <> 'USD'
    group by currency

),

account_arr as (

    select
        arr_spans.account_id,
        arr_spans.currency,
        arr_spans.starts_on,
        coalesce(arr_spans.ends_on, date '9999-12-31') as ends_on,
        arr_spans.arr,
        cast(round(arr_spans.arr * rates.rate, 2) as decimal(38, 2)) as reported_arr
    from arr_spans
    left join rates
        on arr_spans.currency = rates.currency
    where arr_spans.account_id >= '' and arr_spans.account_id < chr(1114111)

),

week_arr as (

    select
        account_arr.account_id,
        weeks.week_on,
        case
            when count(distinct account_arr.currency) = 1 then sum(account_arr.arr)
            else sum(account_arr.reported_arr)
        end as arr,
        case
            when count(distinct account_arr.currency) = 1 then max(account_arr.currency)
            else cast('USD' as varchar)
        end as currency
    from account_arr
    inner join weeks
        on account_arr.starts_on <= weeks.state_on and account_arr.ends_on > weeks.state_on
    group by account_arr.account_id, weeks.week_on

)

select
    carried.account_id,
    carried.week_on,
    carried.state_on,
    account_spans.segment,
    account_spans.region,
    account_spans.csm_id,
    account_spans.lifecycle_stage,
    week_arr.currency,
    week_arr.arr,
    carried.deployment,
    carried.deployment_on,
    carried.engagement,
    carried.engagement_on,
    carried.adoption,
    carried.adoption_on,
    carried.roi,
    carried.roi_on,
    carried.nps,
    carried.nps_on,
    carried.support,
    carried.support_on,
    carried.sentiment,
    carried.sentiment_on,
    account_health.outcomes,
    account_health.experience,
    account_health.coverage,
    account_health.overall_score,
    account_health.health_band
from carried
inner join account_health
    on
        carried.account_id = account_health.account_id
        and carried.week_on = account_health.week_on
inner join account_spans
    on
        carried.account_id = account_spans.account_id
        and carried.state_on >= account_spans.valid_from_on
        and carried.state_on < account_spans.valid_to_on
left join week_arr
    on carried.account_id = week_arr.account_id and carried.week_on = week_arr.week_on;

create or replace dynamic table closing_bands
    target_lag = '1 hour'
    warehouse = CS_DASHBOARD_LOAD_WH
    refresh_mode = full
as
select
    renewals.renewal_id,
    account_weeks.health_band
from renewals
inner join account_weeks
    on
        renewals.account_id = account_weeks.account_id
        and cast(date_trunc('week', renewals.closed_on) as date) - 7 >= account_weeks.week_on
        and cast(date_trunc('week', renewals.closed_on) as date) - 63 <= account_weeks.week_on
where renewals.status <> 'open'
qualify row_number() over (
    partition by renewals.renewal_id
    order by account_weeks.week_on desc nulls last
) = 1;

delete from manifest where entry in ('as_of', 'loaded_at', 'policy');
insert into manifest (entry, value)
select 'as_of', cast(current_date() as varchar)
union all
select 'loaded_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00'
union all
select 'policy', '{"reporting_currency":"USD","fiscal_year_starts_in":1,"fiscal_pattern":"months","fiscal_week_starts_on":"monday","fiscal_year_ends":"last","health":{"weights":{"deployment":1.0,"engagement":1.0,"adoption":1.0,"roi":1.0,"nps":1.0,"support":1.0,"sentiment":1.0},"outcomes_weight":1.0,"experience_weight":1.0,"stale_after_days":60,"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"measures":{"nps":{"red_below":30.0,"amber_below":60.0}}},"scorecards":{"vendor":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"retention":1.0,"expansion":1.0,"advocacy":1.0},"expansion_full_share":0.2,"advocacy_full_events":2},"engagement":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"executive":1.0,"touches":1.0,"survey":1.0},"executive_full_days":30,"executive_none_days":130,"touches_days":90,"touches_full":6,"survey_days":180},"maturity":{"minimum_coverage":0.5,"overall":{"red_below":40.0,"amber_below":70.0},"weights":{"maturity":1.0,"features":1.0,"objectives":1.0},"levels":{"Starting":0.0,"Growing":50.0,"Advanced":100.0},"stale_after_days":60}},"surveys":{"open_days":30,"close_loop_days":7,"minimum_respondents":5,"csat":"top_two","minimum_comments":50,"most_themes":8,"comment_characters":2000},"digital":{"act_within_days":30,"outcome_days":90,"behaviour_days":90,"expansion_days":365,"smallest_difference":0.1},"stage_weights":{"E-mailed decision-maker":0.0,"Discussion":0.2,"Contract sent":0.5,"Verbal commit":0.8,"Closed won":1.0,"Closed lost":0.0},"coverage_bands":{"Enterprise":{"accounts_low":11,"accounts_high":50,"arr_low":2000000,"arr_high":5000000},"Mid-Market":{"accounts_low":100,"accounts_high":250,"arr_low":2000000,"arr_high":5000000},"Small Business":{"accounts_low":100,"accounts_high":250,"arr_low":1000000,"arr_high":2000000}},"capacity":{"weights":{"accounts":0.3,"arr":0.3,"arr_red":0.15,"renewals":0.15,"onboarding":0.1},"renewals_within_days":90,"ramping_capacity":0.5,"light_below":75.0,"heavy_above":125.0},"renewal_watch":{"windows":[120,90,60,30],"red_within_days":90,"model_low_below":0.5,"model_high_from":0.75},"stage_limits":{"Onboarding":90,"Adoption":365,"Renewal":120,"Expansion":180},"success_plans":{"validated_within_days":90,"due_within_days":30},"one_on_one":{"silent_after_days":60},"retention_policy":"Board","retention_policies":{},"risks":{"licence_use_below":0.25,"minimum_peers":5,"executive_months":3,"users_fell_by":0.25,"users_compared_weeks":13,"objectives_well":["on_track","attained"],"nps_answer":"detractor_or_passive","answer_stale_after_days":365,"cases_deviations":2.0,"cases_days":90,"cases_at_least":1,"high_value":"segment_median","high_value_arr":"0","low_health":["red"],"healthy":["green"],"plays":{"Onboarding/Starting":"activation","Onboarding/Growing":"activation","Onboarding/Advanced":"activation","Adoption/Starting":"activation","Adoption/Growing":"growth","Adoption/Advanced":"growth","Renewal/Starting":"activation","Renewal/Growing":"growth","Renewal/Advanced":"advocacy","Expansion/Starting":"growth","Expansion/Growing":"growth","Expansion/Advanced":"advocacy"}},"advocacy":{"reference_bands":["green"],"barred_bands":["red"],"answer_within_days":365,"event_within_days":365,"asked_at_most":3,"asked_within_days":365,"credited_share":1.0},"talent":{"enabled":null,"review_within_days":183,"minimum_people":5,"keep_days":1095,"plan_required_in":["1A","1C","2C","3C"]}}';
alter dynamic table account_spans refresh;
alter dynamic table account_roots refresh;
alter dynamic table fx_spans refresh;
alter dynamic table arr_changes refresh;
alter dynamic table arr_spans refresh;
alter dynamic table arr_steps refresh;
alter dynamic table weeks refresh;
alter dynamic table account_weeks refresh;
alter dynamic table closing_bands refresh;
delete from manifest where entry in ('version', 'derived_at');
insert into manifest (entry, value)
select 'version', uuid_string()
union all
select 'derived_at', to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || '+00:00';

grant usage on schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on all tables in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on future tables in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on all views in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on future views in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on all dynamic tables in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;
grant select on future dynamic tables in schema CUSTOMER_SUCCESS.MART to role CS_DASHBOARD_READER;

-- Who sees which rows, decided by Snowflake once more: row_access.sql. Its six tables are not for
-- the app: behind it, run
--     revoke select on table access_viewers from role CS_DASHBOARD_READER;
-- and the same for access_books, access_accounts, access_people, access_renewals and
-- access_opportunities.

-- Who sees which rows, decided by Snowflake once more. Written by dashboard/warehouse/row_access.py
-- from the rule of dashboard/access.py: change those, not this file.
--
-- Run it with a role that owns the tables, before any policy stands or with one that may see all:
-- first everything, later after every load each `insert overwrite`. See docs/access.md.
-- noqa: disable=AM02,LT01,LT02,RF02,RF03

create table if not exists access_viewers (
    viewer varchar not null,
    all_accounts boolean not null,
    all_talent boolean not null
);

create table if not exists access_books (
    viewer varchar not null,
    member_id varchar not null
);

create table if not exists access_accounts (
    viewer varchar not null,
    account_id varchar not null
);

create table if not exists access_people (
    viewer varchar not null,
    member_id varchar not null
);

create table if not exists access_renewals (
    renewal_id varchar not null,
    account_id varchar not null
);

create table if not exists access_opportunities (
    opportunity_id varchar not null,
    account_id varchar,
    csm_id varchar
);

insert overwrite into access_viewers
with

    viewers as (

        select
            member_id,
            role,
            lower(email) as viewer
        from team_members
        where
            role in ('executive', 'finance', 'cs_manager', 'csm', 'people')
            and (left_on is null or left_on > current_date())
            and lower(email) = trim(lower(email))
            and email like '%@%'
        qualify count(*) over (partition by lower(email)) = 1

    )

select
    viewer,
    role in ('executive', 'finance') as all_accounts,
    role in ('people') as all_talent
from viewers
where role in ('executive', 'finance') or role in ('people')

union all

select
    'operator' as viewer,
    true as all_accounts,
    true as all_talent;

insert overwrite into access_books
with recursive

    steps as (

        select
            member_id as boss_id,
            member_id,
            chr(31) || member_id || chr(31) as path
        from team_members

        union all

        select
            steps.boss_id,
            team_members.member_id,
            steps.path || team_members.member_id || chr(31) as path
        from steps
        inner join team_members
            on steps.member_id = team_members.manager_id
        where position(chr(31) || team_members.member_id || chr(31), steps.path) = 0

    ),

    viewers as (

        select
            member_id,
            role,
            lower(email) as viewer
        from team_members
        where
            role in ('executive', 'finance', 'cs_manager', 'csm', 'people')
            and (left_on is null or left_on > current_date())
            and lower(email) = trim(lower(email))
            and email like '%@%'
        qualify count(*) over (partition by lower(email)) = 1

    )

select distinct
    viewers.viewer,
    steps.member_id
from viewers
inner join steps
    on viewers.member_id = steps.boss_id
where
    viewers.role in ('cs_manager')
    or (viewers.role in ('csm') and steps.member_id = viewers.member_id);

insert overwrite into access_people
with recursive

    steps as (

        select
            member_id as boss_id,
            member_id,
            chr(31) || member_id || chr(31) as path
        from team_members

        union all

        select
            steps.boss_id,
            team_members.member_id,
            steps.path || team_members.member_id || chr(31) as path
        from steps
        inner join team_members
            on steps.member_id = team_members.manager_id
        where position(chr(31) || team_members.member_id || chr(31), steps.path) = 0

    ),

    viewers as (

        select
            member_id,
            role,
            lower(email) as viewer
        from team_members
        where
            role in ('executive', 'finance', 'cs_manager', 'csm', 'people')
            and (left_on is null or left_on > current_date())
            and lower(email) = trim(lower(email))
            and email like '%@%'
        qualify count(*) over (partition by lower(email)) = 1

    )

select distinct
    viewers.viewer,
    steps.member_id
from viewers
inner join steps
    on viewers.member_id = steps.boss_id
where viewers.role in ('executive', 'cs_manager') and steps.member_id <> viewers.member_id;

insert overwrite into access_accounts
with

pools as (

    select distinct access_books.viewer
    from access_books
    inner join team_members
        on access_books.member_id = team_members.member_id
    where
        team_members.touch_model = 'pooled'
        and (team_members.left_on is null or team_members.left_on > current_date())

)

select
    access_books.viewer,
    accounts.account_id
from access_books
inner join accounts
    on access_books.member_id = accounts.csm_id

union

select
    pools.viewer,
    accounts.account_id
from pools
inner join accounts
    on accounts.touch_model = 'pooled';

insert overwrite into access_renewals
select
    renewal_id,
    account_id
from renewals;

insert overwrite into access_opportunities
select
    opportunity_id,
    account_id,
    csm_id
from opportunities;

create row access policy if not exists of_account
as (row_account_id varchar) returns boolean ->
    current_role() = 'CS_DASHBOARD_OWNER'
    or exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('CS_DASHBOARD_VIEWER') and access_viewers.all_accounts
    )
    or exists (
        select 1
        from access_accounts
        where
            access_accounts.viewer = getvariable('CS_DASHBOARD_VIEWER')
            and access_accounts.account_id = row_account_id
    );

create row access policy if not exists of_renewal
as (row_renewal_id varchar) returns boolean ->
    current_role() = 'CS_DASHBOARD_OWNER'
    or exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('CS_DASHBOARD_VIEWER') and access_viewers.all_accounts
    )
    or exists (
        select 1
        from access_renewals
        inner join access_accounts
            on access_renewals.account_id = access_accounts.account_id
        where
            access_accounts.viewer = getvariable('CS_DASHBOARD_VIEWER')
            and access_renewals.renewal_id = row_renewal_id
    );

create row access policy if not exists of_opportunity
as (row_opportunity_id varchar) returns boolean ->
    current_role() = 'CS_DASHBOARD_OWNER'
    or exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('CS_DASHBOARD_VIEWER') and access_viewers.all_accounts
    )
    or exists (
        select 1
        from access_opportunities
        left join access_accounts
            on
                access_opportunities.account_id = access_accounts.account_id
                and access_accounts.viewer = getvariable('CS_DASHBOARD_VIEWER')
        left join access_books
            on
                access_opportunities.csm_id = access_books.member_id
                and access_books.viewer = getvariable('CS_DASHBOARD_VIEWER')
        where
            access_opportunities.opportunity_id = row_opportunity_id
            and (
                access_accounts.account_id is not null
                or (access_opportunities.account_id is null and access_books.member_id is not null)
            )
    );

create row access policy if not exists of_person
as (row_member_id varchar) returns boolean ->
    current_role() = 'CS_DASHBOARD_OWNER'
    or exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('CS_DASHBOARD_VIEWER') and access_viewers.all_talent
    )
    or exists (
        select 1
        from access_people
        where
            access_people.viewer = getvariable('CS_DASHBOARD_VIEWER')
            and access_people.member_id = row_member_id
    );

create row access policy if not exists of_company
as (row_name varchar) returns boolean ->
    current_role() = 'CS_DASHBOARD_OWNER'
    or exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('CS_DASHBOARD_VIEWER') and access_viewers.all_accounts
    );

alter table accounts add row access policy of_account on (account_id);

alter table account_history add row access policy of_account on (account_id);

alter table advocacy_events add row access policy of_account on (account_id);

alter table subscriptions add row access policy of_account on (account_id);

alter table arr_movements add row access policy of_account on (account_id);

alter table churn_events add row access policy of_account on (account_id);

alter table digital_touches add row access policy of_account on (account_id);

alter table renewals add row access policy of_account on (account_id);

alter table forecast_calls add row access policy of_renewal on (renewal_id);

alter table health_scores add row access policy of_account on (account_id);

alter table objectives add row access policy of_account on (account_id);

alter table opportunities add row access policy of_opportunity on (opportunity_id);

alter table opportunity_history add row access policy of_opportunity on (opportunity_id);

alter table product_fit add row access policy of_account on (account_id);

alter table risks add row access policy of_account on (account_id);

alter table skill_assessments add row access policy of_person on (member_id);

alter table support_cases add row access policy of_account on (account_id);

alter table survey_responses add row access policy of_account on (account_id);

alter table talent_reviews add row access policy of_person on (member_id);

alter table targets add row access policy of_company on (metric);

alter table timeline_entries add row access policy of_account on (account_id);

alter table usage_events add row access policy of_account on (account_id);

alter table usage_weekly add row access policy of_account on (account_id);

alter table account_spans add row access policy of_account on (account_id);

alter table account_roots add row access policy of_account on (account_id);

alter table arr_changes add row access policy of_account on (account_id);

alter table arr_spans add row access policy of_account on (account_id);

alter table arr_steps add row access policy of_account on (account_id);

alter table account_weeks add row access policy of_account on (account_id);

alter table closing_bands add row access policy of_renewal on (renewal_id);

alter table quarantine add row access policy of_company on (table_name);

alter table broken_rules add row access policy of_company on (table_name);

alter table notices add row access policy of_company on (notice);

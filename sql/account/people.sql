-- People around one account by the as-of date, one row per person: customers who were asked, and our own.
-- Params: as_of date, account_id varchar.
-- Uses: visible_accounts.
-- A customer's person has no name here, only the company's id; the answer is the last one that was given.
with

asked as (

    select
        survey_responses.respondent_id,
        max_by(
            survey_responses.persona, coalesce(survey_responses.responded_on, survey_responses.sent_on)
        ) as persona,
        count(*) as invitations
    from survey_responses
    inner join visible_accounts
        on survey_responses.account_id = visible_accounts.account_id
    where
        survey_responses.account_id = :account_id
        and survey_responses.respondent_id is not null
        and (survey_responses.sent_on <= :as_of or survey_responses.responded_on <= :as_of)
    group by survey_responses.respondent_id

),

last_answers as (

    select
        survey_responses.respondent_id,
        survey_responses.survey,
        survey_responses.score,
        survey_responses.responded_on
    from survey_responses
    where
        survey_responses.account_id = :account_id
        and survey_responses.score is not null
        and survey_responses.responded_on <= :as_of
    qualify row_number() over (
        partition by survey_responses.respondent_id
        order by survey_responses.responded_on desc nulls last, survey_responses.response_id
    ) = 1

),

touches as (

    select
        timeline_entries.member_id,
        count(*) as touches,
        max(cast(timeline_entries.happened_at as date)) as last_on
    from timeline_entries
    inner join visible_accounts
        on timeline_entries.account_id = visible_accounts.account_id
    where
        timeline_entries.account_id = :account_id
        and timeline_entries.member_id is not null
        and cast(timeline_entries.happened_at as date) <= :as_of
    group by timeline_entries.member_id

),

owners as (

    select visible_accounts.csm_id as member_id
    from visible_accounts
    where visible_accounts.account_id = :account_id and visible_accounts.csm_id is not null

),

ours as (

    select member_id from touches
    union distinct
    select member_id from owners

)

select
    'our team' as side,
    coalesce(team_members.name, ours.member_id) as person,
    team_members.role,
    owners.member_id is not null as owns_it,
    coalesce(touches.touches, 0) as touches,
    touches.last_on,
    cast(null as varchar) as survey,
    cast(null as integer) as score
from ours
left join team_members
    on ours.member_id = team_members.member_id
left join owners
    on ours.member_id = owners.member_id
left join touches
    on ours.member_id = touches.member_id

union all

select
    'customer' as side,
    asked.respondent_id as person,
    asked.persona as role,
    false as owns_it,
    asked.invitations as touches,
    last_answers.responded_on as last_on,
    last_answers.survey,
    last_answers.score
from asked
left join last_answers
    on asked.respondent_id = last_answers.respondent_id

order by side desc nulls last, owns_it desc nulls last, last_on desc nulls last, person

"""The rule of ``access`` for Snowflake: who sees which rows, as tables and row access policies.

``statements()`` is ``sql/snowflake/row_access.sql``, word for word, and a test fails where it
differs; it is written by

    python -m dashboard.warehouse.row_access > sql/snowflake/row_access.sql

Which roles see what is asked of ``access.scope_of``
itself; nothing of the rule is written down here a second time but how a line of reports is walked.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dashboard import contract
from dashboard.access import OPERATOR, ROLES, Colleague, Role, Scope, Viewer, scope_of

VIEWER: Final = "CS_DASHBOARD_VIEWER"
"""The session variable that says who looks; upper case, as Snowflake keeps it."""

OWNER: Final = "CS_DASHBOARD_OWNER"
"""The role that owns the tables and derives some from others: it reads all rows, under no name."""

MARTS: Final = {
    "account_spans": ("of_account", "account_id"),
    "account_roots": ("of_account", "account_id"),
    "arr_changes": ("of_account", "account_id"),
    "arr_spans": ("of_account", "account_id"),
    "arr_steps": ("of_account", "account_id"),
    "account_weeks": ("of_account", "account_id"),
    "closing_bands": ("of_renewal", "renewal_id"),
}
"""Derived tables with rows of accounts: the policy of each, and the column it looks at."""
COMPANY: Final = {
    "targets": "metric",
    "quarantine": "table_name",
    "broken_rules": "table_name",
    "notices": "notice",
}
"""Tables of the whole company, for who sees every account, with a column that is always there."""
FREE: Final = frozenset({"team_members", "products", "fiscal_periods", "fx_rates"})
"""Tables without a row of an account or a rating: the names of colleagues are no secret."""

_HEAD: Final = """\
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
"""

_VIEWERS: Final = """\
    viewers as (

        select
            member_id,
            role,
            lower(email) as viewer
        from team_members
        where
            role in ({roles})
            and (left_on is null or left_on > current_date())
            and lower(email) = trim(lower(email))
            and email like '%@%'
        qualify count(*) over (partition by lower(email)) = 1

    )"""

_LINES: Final = """\
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

    )"""

_FILLED: Final = """\
insert overwrite into access_viewers
with

{viewers}

select
    viewer,
    role in ({all_accounts}) as all_accounts,
    role in ({all_talent}) as all_talent
from viewers
where role in ({all_accounts}) or role in ({all_talent})

union all

select
    '{operator}' as viewer,
    true as all_accounts,
    true as all_talent;

insert overwrite into access_books
with recursive

{lines},

{viewers}

select distinct
    viewers.viewer,
    steps.member_id
from viewers
inner join steps
    on viewers.member_id = steps.boss_id
where
    viewers.role in ({tree})
    or (viewers.role in ({own}) and steps.member_id = viewers.member_id);

insert overwrite into access_people
with recursive

{lines},

{viewers}

select distinct
    viewers.viewer,
    steps.member_id
from viewers
inner join steps
    on viewers.member_id = steps.boss_id
where viewers.role in ({rates}) and steps.member_id <> viewers.member_id;

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
"""

_SEES_ALL: Final = """\
exists (
        select 1
        from access_viewers
        where access_viewers.viewer = getvariable('{variable}') and access_viewers.{all_of}
    )"""
_ACCOUNT: Final = """\
exists (
        select 1
        from access_accounts
        where
            access_accounts.viewer = getvariable('{variable}')
            and access_accounts.account_id = {value}
    )"""
_BOOK: Final = """\
exists (
        select 1
        from access_books
        where
            access_books.viewer = getvariable('{variable}')
            and access_books.member_id = {value}
    )"""
_PERSON: Final = """\
exists (
        select 1
        from access_people
        where
            access_people.viewer = getvariable('{variable}')
            and access_people.member_id = {value}
    )"""
_RENEWAL: Final = """\
exists (
        select 1
        from access_renewals
        inner join access_accounts
            on access_renewals.account_id = access_accounts.account_id
        where
            access_accounts.viewer = getvariable('{variable}')
            and access_renewals.renewal_id = {value}
    )"""
_OPPORTUNITY: Final = """\
exists (
        select 1
        from access_opportunities
        left join access_accounts
            on
                access_opportunities.account_id = access_accounts.account_id
                and access_accounts.viewer = getvariable('{variable}')
        left join access_books
            on
                access_opportunities.csm_id = access_books.member_id
                and access_books.viewer = getvariable('{variable}')
        where
            access_opportunities.opportunity_id = {value}
            and (
                access_accounts.account_id is not null
                or (access_opportunities.account_id is null and access_books.member_id is not null)
            )
    )"""


@dataclass(frozen=True, slots=True)
class Policy:
    """A row access policy: its name, what it is asked with, and the condition; else no row."""

    name: str
    argument: str
    condition: str

    @property
    def ddl(self) -> str:
        """The statement that makes it."""
        return (
            f"create row access policy if not exists {self.name}\n"
            f"as ({self.argument} varchar) returns boolean ->\n    {self.condition};"
        )


def policies() -> dict[str, Policy]:
    """Every policy by name."""
    kinds = {
        "of_account": ("row_account_id", "all_accounts", _ACCOUNT),
        "of_renewal": ("row_renewal_id", "all_accounts", _RENEWAL),
        "of_opportunity": ("row_opportunity_id", "all_accounts", _OPPORTUNITY),
        "of_person": ("row_member_id", "all_talent", _PERSON),
        "of_company": ("row_name", "all_accounts", ""),
    }
    return {
        name: Policy(name, argument, _condition(all_of, own, argument))
        for name, (argument, all_of, own) in kinds.items()
    }


def _condition(all_of: str, own: str, argument: str) -> str:
    parts = [f"current_role() = '{OWNER}'", _SEES_ALL.format(variable=VIEWER, all_of=all_of)]
    if own:
        parts.append(own.format(variable=VIEWER, value=argument))
    return "\n    or ".join(parts)


def guarded() -> Iterator[tuple[str, str, str]]:
    """Each protected table with its policy and the column that the policy looks at.

    Raises
    ------
    LookupError
        A table of the contract has no rule: nobody would be kept from it.
    """
    for table in contract.tables().values():
        if table.name in FREE:
            continue
        if table.name in COMPANY:
            yield table.name, "of_company", COMPANY[table.name]
            continue
        yield table.name, *_rule_of(table)
    yield from ((mart, policy, column) for mart, (policy, column) in MARTS.items())
    yield from (
        (name, "of_company", column)
        for name, column in COMPANY.items()
        if name not in contract.tables()
    )


def _rule_of(table: contract.Table) -> tuple[str, str]:
    for column, policy in (
        ("opportunity_id", "of_opportunity"),
        ("account_id", "of_account"),
        ("renewal_id", "of_renewal"),
        ("member_id", "of_person"),
    ):
        if table.has(column):
            return policy, column
    raise LookupError(f"No row access policy is written for {table.name}.")


def statements() -> str:
    """Everything that is run in Snowflake, in order."""
    parts = [_HEAD, filled()]
    parts += [policy.ddl for policy in policies().values()]
    parts += [
        f"alter table {table} add row access policy {policy} on ({column});"
        for table, policy, column in guarded()
    ]
    return "\n".join(f"{part.rstrip()}\n" for part in parts)


def filled() -> str:
    """The statements after each load: who sees what, from the tables as they stand."""
    seen = {role: _probe(role) for role in ROLES}
    every = {
        "all_accounts": [role for role, scope in seen.items() if scope.all_accounts],
        "all_talent": [role for role, scope in seen.items() if scope.all_talent],
        "tree": [role for role, scope in seen.items() if "below" in scope.member_ids],
        "own": [role for role, scope in seen.items() if scope.member_ids == ("viewer",)],
        "rates": [role for role, scope in seen.items() if "below" in scope.talent_ids],
    }
    listed = {name: ", ".join(f"'{role}'" for role in roles) for name, roles in every.items()}
    roles = ", ".join(f"'{role}'" for role in ROLES)
    return _FILLED.format(
        **listed, viewers=_VIEWERS.format(roles=roles), lines=_LINES, operator=OPERATOR
    )


def _probe(role: Role) -> Scope:
    """What a role sees, shown on the smallest line of reports there is."""
    team = {"viewer": Colleague(), "below": Colleague("viewer")}
    viewer = Viewer("viewer", "", "viewer@example.com", role)
    return scope_of(viewer, team, talent=True)


if __name__ == "__main__":
    sys.stdout.write(statements())

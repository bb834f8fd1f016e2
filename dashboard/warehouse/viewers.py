"""From an e-mail address to a viewer and what the viewer may see."""

from datetime import date
from typing import Final, cast

import polars as pl

from dashboard.access import (
    NOBODY,
    ROLES,
    Colleague,
    Role,
    Scope,
    Viewer,
    role_in_words,
    scope_of,
)
from dashboard.filters import Filters
from dashboard.warehouse.base import Warehouse

MEMBERS_ASKED: Final = "access/members"
MEMBERS: Final = pl.Schema(
    {
        "member_id": pl.String,
        "name": pl.String,
        "email": pl.String,
        "role": pl.String,
        "manager_id": pl.String,
        "touch_model": pl.String,
        "left_on": pl.Date,
    }
)


class UnknownViewerError(LookupError):
    """Nobody of that address works here on that day, or nobody with a role the app knows."""


def members(warehouse: Warehouse, on: date) -> pl.DataFrame:
    """Everyone in ``team_members``, one row per person, with the columns of ``MEMBERS``."""
    return warehouse.fetch(
        # No account and no rating is in it: it is asked before anybody has a scope.
        MEMBERS_ASKED,
        schema=MEMBERS,
        scope=Scope(),
        filters=Filters(as_of=on),
    )


def viewer_of(people: pl.DataFrame, email: str, on: date) -> Viewer:
    """The person of that address, whatever its case.

    Raises
    ------
    UnknownViewerError
        Nobody, several people, somebody who has left, or a role the app does not know. No
        address at all is nobody's, also where one person's entry lacks hers.
    """
    address = email.strip().lower()
    found = people.filter(
        bool(address),
        pl.col("email").str.to_lowercase() == address,
        pl.col("left_on").is_null() | (pl.col("left_on") > on),
        pl.col("role").is_in(list(ROLES)),
    )
    if len(found) != 1:
        raise UnknownViewerError(f"{email} is not the address of one current team member.")
    row = found.row(0, named=True)
    return Viewer(row["member_id"], row["name"], row["email"], cast("Role", row["role"]))


def viewer_by_group(people: pl.DataFrame, email: str, on: date, *, role: Role, name: str) -> Viewer:
    """The person of that address in the role that a group gives.

    The book and the reporting line are those of ``team_members``. Roles that rest on neither come
    in without a row there, under the name that the sign-in gave.

    Raises
    ------
    UnknownViewerError
        Several people, somebody who has left, or nobody in a role that rests on a book.
    """
    address = email.strip().lower()
    rows = people.filter(bool(address), pl.col("email").str.to_lowercase() == address)
    works = rows.filter(pl.col("left_on").is_null() | (pl.col("left_on") > on))
    if len(works) == 1:
        row = works.row(0, named=True)
        return Viewer(row["member_id"], row["name"], row["email"], role)
    if rows.is_empty() and address and role not in {"csm", "cs_manager"}:
        return Viewer(NOBODY, name, address, role)
    why = (
        "has left or stands twice in the list of team members"
        if len(rows)
        else f"is not in the list of team members, which says whose accounts a "
        f"{role_in_words(role)} sees"
    )
    raise UnknownViewerError(f"{email} {why}.")


def scope_for(people: pl.DataFrame, viewer: Viewer, on: date, *, talent: bool) -> Scope:
    """What a viewer may see on a day, by role and reporting line."""
    return scope_of(viewer, colleagues(people, on), talent=talent)


def colleagues(people: pl.DataFrame, on: date) -> dict[str, Colleague]:
    """Everybody of ``members`` by id, with what decides on a day of who may see what."""
    works = pl.col("left_on").is_null() | (pl.col("left_on") > on)
    serving = people.select(
        "member_id",
        "manager_id",
        (pl.col("touch_model").eq_missing("pooled") & works).alias("in_pool"),
        "name",
    )
    return {
        member_id: Colleague(manager_id, in_pool, name)
        for member_id, manager_id, in_pool, name in serving.iter_rows()
    }

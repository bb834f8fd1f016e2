"""The tables as they are now; how they came to be is in ``migrations/``."""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from dashboard.store.base import Kind


class Moment(sa.TypeDecorator[datetime]):
    """A moment in UTC: SQLite keeps no time zone, PostgreSQL gives back its own."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """What the driver is given."""
        if value is None:
            return None
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """What the driver gave."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


METADATA: Final = sa.MetaData()


def _saved(table: str, *values: sa.Column[Any]) -> sa.Table:
    """A table of versions of named things, with what is saved in each."""
    return sa.Table(
        table,
        METADATA,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        *values,
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", Moment),
    )


SAVED: Final[dict[Kind, sa.Table]] = {
    "policy": _saved("saved_policies", sa.Column("definition", sa.Text, nullable=False)),
    "scenario": _saved(
        "saved_scenarios",
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
    ),
    "scorecard": _saved("saved_scorecards", sa.Column("definition", sa.Text, nullable=False)),
    "proposal": _saved(
        "saved_proposals",
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
    ),
    "annotation": _saved(
        "saved_annotations",
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("pinned_on", sa.Date, nullable=False),
        sa.Column("account_id", sa.Text),
    ),
    "meeting_entry": _saved(
        "saved_meeting_entries",
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text),
        sa.Column("due_on", sa.Date),
        sa.Column("done_on", sa.Date),
    ),
    "review_cycle": _saved(
        "saved_review_cycles",
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("rate_by_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("is_refresh", sa.Boolean, nullable=False),
    ),
    "rating": _saved(
        "saved_ratings",
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("reviewer_id", sa.Text, nullable=False),
        sa.Column("performance", sa.Text, nullable=False),
        sa.Column("promotability", sa.Text, nullable=False),
        sa.Column("action_plan", sa.Text),
        sa.Column("skills", sa.Text, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
    ),
    "calibration": _saved(
        "saved_calibrations",
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("performance", sa.Text, nullable=False),
        sa.Column("promotability", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("calibrated_on", sa.Date, nullable=False),
    ),
}
"""Where the versions of each kind lie: the columns are the fields of its class in ``base``."""

WRITES: Final = sa.Table(
    "writes",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)
"""Every write in the order it was made: makes a token count once, and tells who came between."""

AUDIT_LOG: Final = sa.Table(
    "audit_log",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("filters", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""What was seen, taken away and done: the database itself refuses to change or take out a line."""

ENDED_SESSIONS: Final = sa.Table(
    "ended_sessions",
    METADATA,
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("ended_at", Moment, nullable=False),
)
"""Sign-ins that were signed out of, by a hash: their cookies open nothing any more."""

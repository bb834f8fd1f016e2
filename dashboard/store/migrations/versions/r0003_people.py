"""One-on-ones, reviews of the team, the audit log and ended sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PERFORMANCE = "performance in ('meets_some', 'meets_all', 'exceeds')"
PROMOTABILITY = "promotability in ('low', 'medium', 'high')"


def upgrade() -> None:
    """Make four tables of saved things, the log that only grows, and the list of sign-outs."""
    _saved(
        "saved_meeting_entries",
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text),
        sa.Column("due_on", sa.Date),
        sa.Column("done_on", sa.Date),
        sa.CheckConstraint(
            "entry in ('note', 'decision', 'action')", name="saved_meeting_entries_entry"
        ),
        sa.CheckConstraint("length(text) >= 1", name="saved_meeting_entries_text"),
        sa.CheckConstraint(
            "entry = 'action' or (due_on is null and done_on is null)",
            name="saved_meeting_entries_days",
        ),
    )
    _saved(
        "saved_review_cycles",
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("rate_by_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("is_refresh", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "opens_on <= rate_by_on and rate_by_on <= closes_on", name="saved_review_cycles_days"
        ),
    )
    _saved(
        "saved_ratings",
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("reviewer_id", sa.Text, nullable=False),
        sa.Column("performance", sa.Text, nullable=False),
        sa.Column("promotability", sa.Text, nullable=False),
        sa.Column("action_plan", sa.Text),
        sa.Column("skills", sa.Text, nullable=False),
        sa.Column("reviewed_on", sa.Date, nullable=False),
        sa.CheckConstraint(PERFORMANCE, name="saved_ratings_performance"),
        sa.CheckConstraint(PROMOTABILITY, name="saved_ratings_promotability"),
        sa.CheckConstraint("member_id <> reviewer_id", name="saved_ratings_reviewer"),
    )
    _saved(
        "saved_calibrations",
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("performance", sa.Text, nullable=False),
        sa.Column("promotability", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("calibrated_on", sa.Date, nullable=False),
        sa.CheckConstraint(PERFORMANCE, name="saved_calibrations_performance"),
        sa.CheckConstraint(PROMOTABILITY, name="saved_calibrations_promotability"),
        sa.CheckConstraint("length(reason) >= 1", name="saved_calibrations_reason"),
    )
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="audit_log_key"),
    )
    _only_grows("audit_log")
    op.create_table(
        "ended_sessions",
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", name="ended_sessions_key"),
    )


def _only_grows(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for done in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{done} before {done} on {table} "
                f"begin select raise(abort, '{table} only grows'); end"
            )
        return
    op.execute(
        f"create function {table}_only_grows() returns trigger language plpgsql as "
        f"$$ begin raise exception '{table} only grows'; end $$"
    )
    op.execute(
        f"create trigger {table}_only_grows before update or delete or truncate on {table} "
        f"for each statement execute function {table}_only_grows()"
    )


def _saved(table: str, *values: sa.schema.SchemaItem) -> None:
    columns = [each for each in values if isinstance(each, sa.Column)]
    op.create_table(
        table,
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *columns,
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", "version", name=f"{table}_key"),
        sa.CheckConstraint("version >= 1", name=f"{table}_version"),
        sa.CheckConstraint(
            "(withdrawn_by is null) = (withdrawn_at is null)", name=f"{table}_withdrawn"
        ),
        *(each for each in values if not isinstance(each, sa.Column)),
    )

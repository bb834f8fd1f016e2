"""Saved policies, saved scenarios, and every write that was made.

Types are written out here, not taken from ``tables.py``: that file changes, this one does not.
Constraints have names: SQLite changes a table by making it anew, and one without a name is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "saved_policies",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", "version", name="saved_policies_key"),
        sa.CheckConstraint("version >= 1", name="saved_policies_version"),
        sa.CheckConstraint(
            "(withdrawn_by is null) = (withdrawn_at is null)", name="saved_policies_withdrawn"
        ),
    )
    op.create_table(
        "saved_scenarios",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", "version", name="saved_scenarios_key"),
        sa.CheckConstraint("version >= 1", name="saved_scenarios_version"),
        sa.CheckConstraint(
            "(withdrawn_by is null) = (withdrawn_at is null)", name="saved_scenarios_withdrawn"
        ),
    )
    op.create_table(
        "writes",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="writes_key"),
        sa.UniqueConstraint("token", name="writes_token"),
    )
    op.create_index("writes_by_subject", "writes", ["kind", "name"])

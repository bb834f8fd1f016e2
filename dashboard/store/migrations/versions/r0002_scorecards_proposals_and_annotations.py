"""Saved scorecards, saved proposals and saved annotations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make three tables of the shape that the first two have."""
    _saved("saved_scorecards", sa.Column("definition", sa.Text, nullable=False))
    _saved(
        "saved_proposals",
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
    )
    _saved(
        "saved_annotations",
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("pinned_on", sa.Date, nullable=False),
        sa.Column("account_id", sa.Text),
        sa.CheckConstraint("length(note) between 1 and 1000", name="saved_annotations_note"),
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

"""What Alembic runs: the steps that are missing, in the transaction that is already open."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite takes part in the transaction, too: the store begins it before the first statement.
    transactional_ddl=True,
)
context.run_migrations()

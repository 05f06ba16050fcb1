"""Alembic's entry: runs on the connection and inside the transaction that `store.schema` hands over."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    transactional_ddl=False,  # the caller's transaction holds everything already
)
context.run_migrations()

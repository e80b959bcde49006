"""Run by alembic with the connection that :mod:`auscult.history.migrating` gives it."""

from alembic import context

from auscult.history.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()

"""Run by Alembic. The connection comes from digests.storage.schema, so there is no second place with an address."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from digests.storage.migrations.filters import include_object
from digests.storage.models import Base


def run(connection: Connection) -> None:
    """Carry out what the command asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_object=include_object,
        transaction_per_migration=False,
    )
    context.run_migrations()


run(context.config.attributes["connection"])

"""The readers whose pause ends are found without a walk over all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_PAUSED = sa.text("paused_until IS NOT NULL")


def upgrade() -> None:
    """Add an index."""
    op.create_index(
        "ix_subscriber_paused_until", "subscriber", ["paused_until"], sqlite_where=_PAUSED, postgresql_where=_PAUSED
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_subscriber_paused_until", table_name="subscriber")

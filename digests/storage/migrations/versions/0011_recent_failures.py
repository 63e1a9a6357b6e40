"""Sources remember their last failures, so that an operator sees what comes and goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; failures from before are not known."""
    op.add_column("source", sa.Column("recent_failures", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("source", "recent_failures")

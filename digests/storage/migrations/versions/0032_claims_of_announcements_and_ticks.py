"""Who has claimed readers of an announcement, and who has taken a tick."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Json

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("announcement", sa.Column("claims", Json, nullable=False, server_default="[]"))
    op.add_column("tick", sa.Column("claim", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("tick", "claim")
    op.drop_column("announcement", "claims")

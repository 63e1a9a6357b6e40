"""Who holds a delivery, and which story is being written about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.add_column("delivery", sa.Column("claim", sa.BigInteger(), nullable=True))
    op.create_table(
        "summary_request",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("claim", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name="fk_summary_request_story_id_story", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", name="pk_summary_request"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("summary_request")
    op.drop_column("delivery", "claim")

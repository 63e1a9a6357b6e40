"""Groups and channels are managed from private chats; what keeps digests from them is told to their managers once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "chat_manager",
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "user_id", name="pk_chat_manager"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_chat_manager_subscriber_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_chat_manager_user_id", "chat_manager", ["user_id"])
    op.create_table(
        "binding_trouble",
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subscriber_id", name="pk_binding_trouble"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_binding_trouble_subscriber_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_binding_trouble_untold",
        "binding_trouble",
        ["subscriber_id"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("binding_trouble")
    op.drop_table("chat_manager")

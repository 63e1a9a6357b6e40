"""What operators are told without asking is stored, so that each hears of a trouble once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "notice",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("noticed_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("kind", "subject", "since", name="uq_notice_once"),
    )
    op.create_index("ix_notice_untold", "notice", ["id"], sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("notice")

"""Who asks for a story asks which others went into it: there are few such, and all stories were looked through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_NAME, _MERGED = "ix_story_merged_into", sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    """Add an index of them."""
    op.create_index(_NAME, "story", ["merged_into"], sqlite_where=_MERGED, postgresql_where=_MERGED)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(_NAME, table_name="story")

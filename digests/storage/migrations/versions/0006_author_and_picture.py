"""Articles keep who wrote them and the address of their picture."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; articles from before have neither."""
    op.add_column("article", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("article", sa.Column("picture_url", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("article", "picture_url")
    op.drop_column("article", "author")

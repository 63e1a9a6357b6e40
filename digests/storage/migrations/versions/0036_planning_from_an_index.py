"""Planning learns from an index alone whom a slot is for: their rows stand on nearly every page of a large table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_NAME, _ACTIVE = "ix_subscriber_audience", sa.text("status = 'active'")
_BESIDE = ["profile_id", "scheduled_at", "news_from", "alerted_at", "nothing_new"]


def upgrade() -> None:
    """Let PostgreSQL's index hold what planning asks of a reader, and vacuum before many pages have to be looked at."""
    _make(_BESIDE, "SET (autovacuum_vacuum_scale_factor = 0.02)")


def downgrade() -> None:
    """Let it hold only who has which schedule."""
    _make([], "RESET (autovacuum_vacuum_scale_factor)")


def _make(beside: list[str], vacuumed: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE subscriber {vacuumed}")
    op.drop_index(_NAME, table_name="subscriber")
    op.create_index(
        _NAME, "subscriber", ["schedule_id", "id"], postgresql_where=_ACTIVE, postgresql_include=beside or None
    )

"""Stories that break have editions, for who wants them; lengths in minutes; when a pause began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_BREAKING = sa.text("breaking")
_OF_STORY = sa.text("story_id IS NOT NULL")
_ONE_OF = "uq_digest_slot_at_profile_id_since"
_ONE_OF_VARIANT = f"{_ONE_OF}_variant"
_ONCE = "uq_edition_story_id"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("edition") as table:
        table.alter_column("schedule_id", existing_type=Id, nullable=True)
        table.add_column(sa.Column("story_id", sa.BigInteger(), nullable=True))
    op.create_index(_ONCE, "edition", ["story_id"], unique=True, sqlite_where=_OF_STORY, postgresql_where=_OF_STORY)
    with op.batch_alter_table("digest") as table:
        table.add_column(sa.Column("variant", sa.Text(), nullable=False, server_default=sa.text("''")))
        table.drop_constraint(_ONE_OF, type_="unique")
        table.create_unique_constraint(_ONE_OF_VARIANT, ["slot_at", "profile_id", "since", "variant"])
    op.add_column("subscriber", sa.Column("breaking", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("subscriber", sa.Column("quiet_from", sa.Integer(), nullable=False, server_default="1320"))
    op.add_column("subscriber", sa.Column("quiet_until", sa.Integer(), nullable=False, server_default="420"))
    op.add_column("subscriber", sa.Column("alerted_at", UtcDateTime(), nullable=True))
    op.add_column("subscriber", sa.Column("paused_at", UtcDateTime(), nullable=True))
    op.create_index("ix_subscriber_breaking", "subscriber", ["id"], sqlite_where=_BREAKING, postgresql_where=_BREAKING)
    op.add_column("profile", sa.Column("minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them, with the editions of stories and what was told apart for them."""
    stories = "SELECT id FROM edition WHERE story_id IS NOT NULL"
    op.execute(f"DELETE FROM delivery WHERE edition_id IN ({stories})")  # noqa: S608
    op.execute("DELETE FROM edition WHERE story_id IS NOT NULL")
    op.execute(
        "DELETE FROM delivery WHERE digest_id IN (SELECT id FROM digest WHERE variant <> '')"  # gone with their digests
    )
    op.execute("DELETE FROM digest WHERE variant <> ''")
    op.drop_column("profile", "minutes")
    op.drop_index("ix_subscriber_breaking", table_name="subscriber")
    for column in ("paused_at", "alerted_at", "quiet_until", "quiet_from", "breaking"):
        op.drop_column("subscriber", column)
    with op.batch_alter_table("digest") as table:
        table.drop_constraint(_ONE_OF_VARIANT, type_="unique")
        table.drop_column("variant")
        table.create_unique_constraint(_ONE_OF, ["slot_at", "profile_id", "since"])
    op.drop_index(_ONCE, table_name="edition")
    with op.batch_alter_table("edition") as table:
        table.drop_column("story_id")
        table.alter_column("schedule_id", existing_type=Id, nullable=False)

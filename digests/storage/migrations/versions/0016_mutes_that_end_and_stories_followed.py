"""Mutes may end by themselves, and readers follow stories until these are quiet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "profile_story",
        sa.Column("profile_id", Id, nullable=False),
        sa.Column("storyline_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name="fk_profile_story_profile_id_profile", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "storyline_id", name="pk_profile_story"),
    )
    op.create_index("ix_profile_story_storyline_id", "profile_story", ["storyline_id"])
    op.create_table(
        "mute_end",
        sa.Column("subscriber_id", Id, autoincrement=False, nullable=False),
        sa.Column("muted", sa.Text(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_mute_end_subscriber_id_subscriber", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "muted", name="pk_mute_end"),
    )
    op.create_index("ix_mute_end_ends_at", "mute_end", ["ends_at"])
    op.create_table(
        "quiet_story",
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_quiet_story_subscriber_id_subscriber", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quiet_story"),
    )
    op.create_index("ix_quiet_story_subscriber_id", "quiet_story", ["subscriber_id"])
    op.create_index("ix_quiet_story_ended_at", "quiet_story", ["ended_at"])


def downgrade() -> None:
    """Drop them: mutes with an end become mutes for good, stories are followed no more."""
    op.drop_table("quiet_story")
    op.drop_table("mute_end")
    op.drop_table("profile_story")

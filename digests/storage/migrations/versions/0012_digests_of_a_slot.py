"""Editions of one slot share digests; deliveries are made without a look at each row they name; slots can be missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEYS = {"edition": "edition_id", "subscriber": "subscriber_id", "digest": "digest_id"}
_FIRST = (
    "SELECT min(other.id) FROM digest other JOIN digest mine ON other.slot_at = mine.slot_at "
    "AND other.profile_id = mine.profile_id AND other.since = mine.since WHERE mine.id = {id}"
)


def upgrade() -> None:
    """Merge digests that are the same but for their edition."""
    with op.batch_alter_table("delivery") as table:
        for column in _KEYS.values():
            table.drop_constraint(f"fk_delivery_{column}", type_="foreignkey")
        table.drop_index("ix_delivery_digest_id")
    op.add_column("digest", sa.Column("slot_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE digest SET slot_at = (SELECT slot_at FROM edition WHERE edition.id = digest.edition_id)")
    op.execute(f"UPDATE delivery SET digest_id = ({_FIRST.format(id='delivery.digest_id')})")  # noqa: S608
    op.execute(f"DELETE FROM digest WHERE id <> ({_FIRST.format(id='digest.id')})")  # noqa: S608
    with op.batch_alter_table("digest") as table:
        table.drop_constraint("uq_digest_edition_id_profile_id_since", type_="unique")
        table.drop_constraint("fk_digest_edition_id", type_="foreignkey")
        table.drop_column("edition_id")
        table.alter_column("slot_at", existing_type=UtcDateTime(), nullable=False)
        table.create_unique_constraint("uq_digest_slot_at_profile_id_since", ["slot_at", "profile_id", "since"])


def downgrade() -> None:
    """Give every edition digests of its own again; missed slots are forgotten."""
    op.execute("DELETE FROM edition WHERE status = 'missed'")
    with op.batch_alter_table("digest") as table:
        table.add_column(sa.Column("edition_id", Id, nullable=True))
        table.drop_constraint("uq_digest_slot_at_profile_id_since", type_="unique")
    op.execute(
        "INSERT INTO digest (edition_id, profile_id, since, slot_at, body, item_count) "
        "SELECT each.edition_id, profile_id, since, slot_at, body, item_count "
        "FROM (SELECT DISTINCT edition_id, digest_id FROM delivery) each JOIN digest ON digest.id = each.digest_id"
    )
    op.execute(
        "UPDATE delivery SET digest_id = (SELECT own.id FROM digest own JOIN digest old ON own.slot_at = old.slot_at "
        "AND own.profile_id = old.profile_id AND own.since = old.since "
        "WHERE old.id = delivery.digest_id AND own.edition_id = delivery.edition_id)"
    )
    op.execute("DELETE FROM digest WHERE edition_id IS NULL")
    with op.batch_alter_table("digest") as table:
        table.drop_column("slot_at")
        table.alter_column("edition_id", existing_type=Id, nullable=False)
        table.create_foreign_key("fk_digest_edition_id", "edition", ["edition_id"], ["id"], ondelete="CASCADE")
        table.create_unique_constraint("uq_digest_edition_id_profile_id_since", ["edition_id", "profile_id", "since"])
    with op.batch_alter_table("delivery") as table:
        for other, column in _KEYS.items():
            table.create_foreign_key(f"fk_delivery_{column}", other, [column], ["id"], ondelete="CASCADE")
        table.create_index("ix_delivery_digest_id", ["digest_id"])

"""What a change of stories would do to digests that have gone out, before anybody makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from digests.domain.amending import Standing
from digests.services.amending import AT_ONCE, SENT_WITHIN, named_in, put_right, reached, standing
from digests.services.editing import EDITED_FOR
from digests.storage.amendments import AmendmentStore
from digests.storage.corrections import CorrectionStore, SentDigest
from digests.storage.database import Transaction

NEW_STORY = 0
"""Stands for the story that a split would open."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of stories and digests."""

    stays: int  # the story that the articles would leave (split) or join (merge)
    moved: tuple[int, ...]  # articles that would move, ascending
    remaining: int  # articles that the story would have then
    digests: int  # that would read otherwise
    deliveries: int  # of them to chats, whose messages would be edited in place


async def edits_of(transaction: Transaction, places: Mapping[int, int], now: datetime) -> tuple[int, int]:
    """How many digests would read otherwise, and how often they were delivered, if articles stood in these stories.

    `places` is the story by article. By the same rules as the correction itself; nothing is stored.
    """
    touched = await reached(transaction, list(places.items()))
    return await otherwise(
        transaction,
        touched,
        lambda digest: standing(transaction, named_in(digest), digest, places=places),
        now,
        restored=touched,
    )


async def otherwise(
    transaction: Transaction,
    touched: Collection[int],
    foretold: Callable[[SentDigest], Awaitable[Standing]],
    now: datetime,
    *,
    restored: Collection[int] = (),
) -> tuple[int, int]:
    """How many digests would read otherwise, and how often they were delivered, if `touched` articles stood as foretold
    of a digest; what those that name a `restored` one have lost may be right again.
    """
    corrections = CorrectionStore(transaction)
    found = await corrections.naming(touched, now - EDITED_FOR - SENT_WITHIN) if touched else []
    changed: list[int] = []
    for start in range(0, len(found), AT_ONCE):
        some = await corrections.digests(found[start : start + AT_ONCE])
        changed += [each.id for each in some if put_right(each, await foretold(each), touched, restored, now)]
    return len(changed), await AmendmentStore(transaction).delivered(changed, now - EDITED_FOR)

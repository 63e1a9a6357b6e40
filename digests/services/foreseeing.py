"""What a change of stories would do to digests that have gone out, before anybody makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from digests.domain.amending import Standing, amended
from digests.domain.digest_json import digest_from_json
from digests.services.amending import AT_ONCE, SENT_WITHIN, named_in, reached, standing
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

    touched = await reached(transaction, places, places)
    return await otherwise(
        transaction, touched, lambda digest, named: standing(transaction, named, digest, places=places), now
    )


async def otherwise(
    transaction: Transaction,
    touched: Collection[int],
    foretold: Callable[[SentDigest, Collection[int]], Awaitable[Standing]],
    now: datetime,
) -> tuple[int, int]:
    """How many digests would read otherwise, and how often they were delivered, if `touched` articles stood as foretold
    of a digest and the articles that it names.
    """
    corrections = CorrectionStore(transaction)
    found = await corrections.naming(touched, now - EDITED_FOR - SENT_WITHIN) if touched else []
    changed: list[int] = []
    for start in range(0, len(found), AT_ONCE):
        for each in await corrections.digests(found[start : start + AT_ONCE]):
            shown = digest_from_json(each.corrected or each.body)
            if amended(shown, await foretold(each, named_in(shown)), touched, now) != shown:
                changed.append(each.id)
    return len(changed), await AmendmentStore(transaction).delivered(changed, now - EDITED_FOR)

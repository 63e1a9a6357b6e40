"""Remembers digests that readers have asked for, so that they can be corrected as those that came at their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digests.domain.amending import quoted
from digests.domain.delivery import MessageId
from digests.domain.digest_json import digest_to_json
from digests.domain.digests import Digest
from digests.storage.asked import Asked, AskedStore
from digests.storage.database import Database


@dataclass(frozen=True, slots=True)
class Shown:
    """How a digest stands in a chat."""

    subscriber_id: int  # in whose chat it stands, or who has put it into another one
    language: str
    time_zone: str
    simple: bool
    layout: str  # what stands around its stories, as JSON


@dataclass(frozen=True, slots=True)
class AskedDigests:
    """What conversations note of them."""

    database: Database

    async def note(
        self,
        digest: Digest,
        shown: Shown,
        message_ids: Sequence[MessageId],
        at: datetime,
        seals: Sequence[str] = (),
    ) -> None:
        """Keep a digest that has just been shown in these messages, with ages as of `at` (UTC).

        `seals` say what the messages read where that is not this digest: they are edited as after a correction.
        """
        if not digest.items:
            return
        asked = Asked(
            subscriber_id=shown.subscriber_id,
            asked_at=at,
            language=shown.language,
            time_zone=shown.time_zone,
            simple=shown.simple,
            frame=shown.layout,
            body=digest_to_json(digest),
            article_ids=quoted(digest),
            message_ids=message_ids,
            shown=seals,
        )
        async with self.database.write() as transaction:
            await AskedStore(transaction).add(asked)

    async def give_way(self, subscriber_id: int, message_id: MessageId) -> bool:
        """Correct no digest any more that stands in this message, as another screen is to come in its place.

        False when it is being corrected at this moment: the correction might come last and cover the screen.
        """
        async with self.database.read() as transaction:
            there = await AskedStore(transaction).shown_in(subscriber_id, message_id)
        if not there:
            return True
        async with self.database.write() as transaction:
            return await AskedStore(transaction).withdraw(there)

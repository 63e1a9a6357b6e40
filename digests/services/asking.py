"""Remembers digests that readers have asked for, so that they can be corrected as those that came at their time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digests.domain.amending import quoted
from digests.domain.digest_json import digest_to_json
from digests.domain.digests import Digest
from digests.domain.subscribers import Subscriber
from digests.storage.asked import Asked, AskedStore
from digests.storage.database import Database


@dataclass(frozen=True, slots=True)
class AskedDigests:
    """What conversations note of them."""

    database: Database

    async def note(
        self, reader: Subscriber, digest: Digest, frame: str, message_ids: Sequence[int], at: datetime
    ) -> None:
        """Keep a digest that a reader has just got in these messages; `frame` (JSON) stands around its stories.

        Ages in it are as of `at` (UTC).
        """
        if not digest.items:
            return
        asked = Asked(
            subscriber_id=reader.id,
            asked_at=at,
            language=reader.language,
            time_zone=reader.time_zone,
            simple=reader.simple,
            frame=frame,
            body=digest_to_json(digest),
            article_ids=quoted(digest),
            message_ids=message_ids,
        )
        async with self.database.write() as transaction:
            await AskedStore(transaction).add(asked)

    async def forget(self, reader: Subscriber, message_id: int) -> None:
        """Correct no digest of a reader any more that began in this message: another screen comes in its place."""
        async with self.database.read() as transaction:
            there = await AskedStore(transaction).beginning_in(reader.id, message_id)
        if there:
            async with self.database.write() as transaction:
                await AskedStore(transaction).forget(there)

"""Operators strike single false sentences of a story; digests that have gone out follow (see `amending`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from digests.domain.digests import TITLE
from digests.domain.preferences import Preferences
from digests.domain.striking import key_of
from digests.errors import InputError
from digests.ports import Clock
from digests.services.amending import named_in, standing
from digests.services.foreseeing import otherwise
from digests.services.reading import Reading
from digests.storage.database import Database
from digests.storage.strikes import Strike, StrikeStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that a story tells, and the article that says it; of a generated one the first it names."""

    text: str
    article_id: int

    @property
    def key(self) -> str:
        """Its name in a button."""
        return key_of(self.text)


@dataclass(frozen=True, slots=True)
class Striking:
    """What operators do with single sentences."""

    database: Database
    clock: Clock
    reading: Reading

    async def told(self, story_id: int) -> Sequence[Told]:
        """What a story tells now, sentence by sentence as its card numbers them; empty when it is gone."""
        view = await self.reading.story(story_id, Preferences())
        if view is None:
            return ()
        item = view.item
        verbatim = [each for each in (*item.sentences, *item.details) if each.paragraph != TITLE]
        written = [Told(each.text, each.article_ids[0]) for each in item.written]
        return [*written, *(Told(each.text, each.article_id) for each in verbatim)]

    async def struck(self, story_id: int) -> Sequence[Strike]:
        """What is struck in a story."""
        async with self.database.read() as transaction:
            return await StrikeStore(transaction).of_story(story_id)

    async def find(self, story_id: int, key: str) -> Told:
        """The sentence with this name. Raises InputError when the story does not tell it any more."""
        for each in await self.told(story_id):
            if each.key == key:
                return each
        raise InputError(f"story {story_id}", "this sentence is not told any more")

    async def foresee(self, story_id: int, told: Told) -> tuple[int, int]:
        """How many digests would read otherwise without it, and how often they were delivered; nothing is stored."""
        now = self.clock.now()
        async with self.database.read() as transaction:
            as_if = {story_id: (told.text,)}
            return await otherwise(
                transaction,
                await StrikeStore(transaction).articles([story_id]),
                lambda digest: standing(transaction, named_in(digest), digest, as_if),
                now,
            )

    async def strike(self, told: Told) -> int:
        """Let a sentence be told no more, in no article of its story; the number of the strike."""
        async with self.database.write() as transaction:
            number = await StrikeStore(transaction).add(told.article_id, told.text, self.clock.now())
        log.info("sentence_struck", strike=number, article=told.article_id)
        return number

    async def undo(self, number: int) -> bool:
        """Let it be told again; False when it is."""
        async with self.database.write() as transaction:
            undone = await StrikeStore(transaction).undo(number, self.clock.now())
        if undone is not None:
            log.info("sentence_restored", strike=number, article=undone.article_id)
        return undone is not None

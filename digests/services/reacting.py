"""Reactions to messages: one weighs one thing a step more or less, and is undone when it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digests.domain.reactions import Step, made, taken_back
from digests.domain.subscribers import Chat, Subscriber
from digests.ports import Clock
from digests.storage.database import Database, Transaction
from digests.storage.interning import InterningStore
from digests.storage.reactions import ReactionStore, Shown
from digests.storage.subscribers import SubscriberStore


@dataclass(frozen=True, slots=True)
class Reacted:
    """What a reaction has done: the subscriber and the message's state afterwards, and the step that was undone."""

    subscriber: Subscriber
    shown: Shown
    undone: Step | None = None


@dataclass(frozen=True, slots=True)
class Reactions:
    """Knows which message shows which stories, and keeps each message's reaction to one step at most."""

    database: Database
    clock: Clock

    async def show(self, reader: Subscriber, message_id: int, story_ids: Sequence[int], first: int = 1) -> None:
        """Note the stories of a message that was just sent, numbered from `first` on."""
        async with self.database.write() as transaction:
            store = ReactionStore(transaction, reader.id)
            await store.put(Shown(message_id, tuple(story_ids), first=first), self.clock.now())

    async def find(self, reader: Subscriber, message_id: int) -> Shown | None:
        """A message with stories; None for any other."""
        async with self.database.read() as transaction:
            return await ReactionStore(transaction, reader.id).find(message_id)

    async def react(self, chat: Chat, message_id: int, step: int, at: datetime, key: str | None) -> Reacted | None:
        """Note that the reaction of a message wishes `step` since `at` (UTC): 1 more, -1 less, 0 nothing.

        What the one before has done is undone. With `key`, what the message is about weighs a step more or less; else
        `choose` says what. None when there is nothing to do or to tell: no such message, the same again, or an update
        that is older than what is known.
        """
        async with self.database.write() as transaction:
            found = await self._find(transaction, chat, message_id)
            if found is None:
                return None
            subscriber, shown = found
            if shown.reacted_at is not None and at < shown.reacted_at:
                return None
            if step == shown.step:  # the same update once more; told again only if it has not been told
                return Reacted(subscriber, shown) if step and shown.answer_id is None else None
            wanted = replace(shown, step=step, reacted_at=at)
            return await self._weigh(transaction, subscriber, wanted, key if step else None)

    async def choose(self, chat: Chat, message_id: int, key: str | None) -> Reacted | None:
        """Say what the reaction of a message is about (`key`), or that it changes nothing (None).

        What it has changed before is undone. None when no reaction stands there.
        """
        async with self.database.write() as transaction:
            found = await self._find(transaction, chat, message_id)
            if found is None or not found[1].step:
                return None
            return await self._weigh(transaction, *found, key)

    async def answered(self, reader: Subscriber, message_id: int, answer_id: int) -> None:
        """Note which message told the reader what his reaction did."""
        async with self.database.write() as transaction:
            store = ReactionStore(transaction, reader.id)
            shown = await store.find(message_id)
            if shown is not None and shown.answer_id != answer_id:
                await store.put(replace(shown, answer_id=answer_id), self.clock.now())

    async def _find(self, transaction: Transaction, chat: Chat, message_id: int) -> tuple[Subscriber, Shown] | None:
        subscriber = await SubscriberStore(transaction).find_to_change(chat)
        shown = await ReactionStore(transaction, subscriber.id).find(message_id) if subscriber else None
        return (subscriber, shown) if subscriber and shown else None

    async def _weigh(self, transaction: Transaction, subscriber: Subscriber, shown: Shown, key: str | None) -> Reacted:
        store, now, wish = SubscriberStore(transaction), self.clock.now(), subscriber.preferences
        undone, step = shown.weighed, None
        if undone is not None:
            wish = taken_back(wish, undone)
        if key is not None:
            wish, step = made(wish, key, shown.step)
        if wish != subscriber.preferences:
            await store.remember(subscriber.id, now)  # or an undo of what was changed earlier would leave this
            profile = await InterningStore(transaction).profile(wish)
            await store.update(subscriber.id, {"profile_id": profile})
        shown = replace(shown, weighed=step)
        await ReactionStore(transaction, subscriber.id).put(shown, now)
        return Reacted(replace(subscriber, preferences=wish), shown, undone)

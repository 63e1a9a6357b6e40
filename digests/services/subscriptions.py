"""Everything a reader can choose. Each change is one transaction, remembered for an undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from digests.domain.mutes import Mute, with_mute, without_mute
from digests.domain.preferences import Length, Preferences
from digests.domain.quiet import Quiet
from digests.domain.schedule import Schedule
from digests.domain.subscribers import SETUP_DONE, Chat, NothingNew, Status, Subscriber
from digests.ports import Clock
from digests.storage.database import Database, Transaction
from digests.storage.following import FollowStore
from digests.storage.interning import InterningStore
from digests.storage.mutes import MuteStore
from digests.storage.subscribers import UNDO_FOR, PastDelivery, SubscriberStore


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made: the subscriber afterwards and the number that undoes it."""

    subscriber: Subscriber
    undo: int


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Opens, changes and closes subscriptions."""

    database: Database
    clock: Clock
    default_time_zone: Callable[[str], str]  # the guess for an interface language

    async def find(self, chat: Chat) -> Subscriber | None:
        """The subscriber of a chat, if there is one."""
        async with self.database.read() as transaction:
            return await SubscriberStore(transaction).find(chat)

    async def open(self, chat: Chat, language: str) -> Subscriber:
        """The subscriber of a chat, made when the chat is new; one that had blocked the bot comes back.

        Who has left on his own word stays so until he begins again (`resume`).
        """
        found = await self.find(chat)
        if found is not None and found.status is not Status.BLOCKED:
            return found
        async with self.database.write() as transaction:
            store = SubscriberStore(transaction)
            if found is None:
                await store.add(chat, await self._newcomer(transaction, language))
            else:
                status = Status.ACTIVE if found.ready else Status.SETUP
                await store.update(found.id, {"status": status})
                await store.begin(found.id, self.clock.now())
            opened = await store.find(chat)
        assert opened is not None, "the row was just written"  # noqa: S101
        return opened

    async def set_preferences(self, chat: Chat, change: Callable[[Preferences], Preferences]) -> Change:
        """Change topics, words, mutes or languages by a function of what there was."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            profile = await InterningStore(store.transaction).profile(change(subscriber.preferences))
            await store.update(subscriber.id, {"profile_id": profile})

        return await self._change(chat, apply)

    async def mute(self, chat: Chat, mute: Mute, lasts: timedelta | None) -> Change:
        """Hide what speaks of a word or comes from a source, for so long; None: for good."""
        return await self._set_mute(chat, mute, on=True, until=self.clock.now() + lasts if lasts else None)

    async def unmute(self, chat: Chat, mute: Mute) -> Change:
        """Hide it no more."""
        return await self._set_mute(chat, mute, on=False)

    async def _set_mute(self, chat: Chat, mute: Mute, *, on: bool, until: datetime | None = None) -> Change:
        change = with_mute if on else without_mute

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            profile = await InterningStore(store.transaction).profile(change(subscriber.preferences, mute))
            await store.update(subscriber.id, {"profile_id": profile})
            mutes = MuteStore(store.transaction)
            ends = await mutes.ends(subscriber.id)
            kept = {key: end for key, end in ends.items() if key.casefold() != mute.key.casefold()}
            await mutes.set_ends(subscriber.id, kept | ({mute.key: until} if until else {}))

        return await self._change(chat, apply)

    async def mute_ends(self, subscriber: Subscriber) -> dict[str, datetime]:
        """When mutes end (UTC), by their keys; those that are not among them stay."""
        async with self.database.read() as transaction:
            return await MuteStore(transaction).ends(subscriber.id)

    async def quiet_stories(self, subscriber: Subscriber) -> tuple[str, ...]:
        """Headlines of stories that have gone quiet and are followed no more, of which no digest has told him yet."""
        async with self.database.read() as transaction:
            return (await FollowStore(transaction).untold([subscriber.id])).get(subscriber.id, ())

    async def set_length(self, chat: Chat, length: Length, minutes: int | None = None) -> Change:
        """Choose how much a digest says, or that it takes at most so many minutes to read."""
        return await self.set_preferences(
            chat, lambda preferences: replace(preferences, length=length, minutes=minutes)
        )

    async def set_schedule(self, chat: Chat, schedule: Schedule | None) -> Change:
        """Choose when digests come; None: only on demand. Who had left and chooses a time has come back."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            await store.set_schedule(subscriber.id, schedule, self.clock.now())
            if schedule and subscriber.ready and subscriber.status is Status.STOPPED:
                await store.update(subscriber.id, {"status": Status.ACTIVE})
                await store.begin(subscriber.id, self.clock.now())

        return await self._change(chat, apply)

    async def set_time_zone(self, chat: Chat, time_zone: str) -> Change:
        """Choose the time zone; the times of day stay as they are and move with it."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            await store.update(subscriber.id, {"time_zone": time_zone, "zone_confirmed": True})
            if subscriber.schedule:
                moved = replace(subscriber.schedule, time_zone=time_zone)
                await store.set_schedule(subscriber.id, moved, self.clock.now())

        return await self._change(chat, apply)

    async def set_language(self, chat: Chat, language: str) -> Change:
        """Choose the language of the interface; a zone that was only guessed from the old one is guessed anew."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            values: dict[str, Any] = {"language": language}
            if not subscriber.zone_confirmed and subscriber.schedule is None:
                values["time_zone"] = self.default_time_zone(language)
            await store.update(subscriber.id, values)

        return await self._change(chat, apply)

    async def set_nothing_new(self, chat: Chat, nothing_new: NothingNew) -> Change:
        """Choose what comes when a slot has nothing new."""
        return await self._set(chat, nothing_new=nothing_new)

    async def set_silent(self, chat: Chat, silent: bool) -> Change:
        """Choose whether digests come without a sound."""
        return await self._set(chat, silent=silent)

    async def set_breaking(self, chat: Chat, *, wanted: bool) -> Change:
        """Choose whether breaking news come."""
        return await self._set(chat, breaking=wanted)

    async def set_quiet(self, chat: Chat, quiet: Quiet) -> Change:
        """Choose the hours in which no breaking news come."""
        return await self._set(chat, quiet_from=quiet.start, quiet_until=quiet.end)

    async def set_simple(self, chat: Chat, simple: bool) -> Change:
        """Choose between the usual display and a simple one, which screen readers speak well."""
        return await self._set(chat, simple=simple)

    async def reach_step(self, chat: Chat, step: int) -> Subscriber:
        """Note the step of the set-up that a reader is at; SETUP_DONE begins the deliveries, also after a stop."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            values: dict[str, Any] = {"setup_step": step}
            if subscriber.status in (Status.SETUP, Status.STOPPED):
                status = Status.ACTIVE if step >= SETUP_DONE else Status.SETUP
                values |= {"status": status}
                await store.begin(subscriber.id, self.clock.now())
            await store.update(subscriber.id, values)

        return (await self._change(chat, apply)).subscriber

    async def pause(self, chat: Chat, until: datetime | None) -> Change:
        """Send nothing until `until` (UTC); None: until the reader resumes."""
        began = self.clock.now() if until is not None else None  # else he ends it himself, and is asked then
        return await self._set(chat, status=Status.PAUSED, paused_until=until, paused_at=began)

    async def resume(self, chat: Chat) -> Change:
        """End a pause. Slots that have passed meanwhile do not come."""

        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            await store.update(subscriber.id, {"status": Status.ACTIVE, "paused_until": None, "paused_at": None})
            if subscriber.status is not Status.ACTIVE:
                await store.begin(subscriber.id, self.clock.now())

        return await self._change(chat, apply)

    async def stop(self, chat: Chat) -> Change:
        """End the subscription; the settings stay for a return."""
        return await self._set(chat, status=Status.STOPPED, paused_until=None, paused_at=None)

    async def block(self, chat: Chat) -> None:
        """Telegram says that the bot is blocked or was removed: all subscriptions of the chat rest."""
        async with self.database.write() as transaction:
            await SubscriberStore(transaction).set_status(chat.id, Status.BLOCKED)

    async def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: its settings go with it."""
        async with self.database.write() as transaction:
            await SubscriberStore(transaction).move(chat_id, new_chat_id)

    async def undo(self, chat: Chat, number: int) -> Subscriber | None:
        """Take back a change (and those after it); None when it is too old or not this chat's."""
        now = self.clock.now()
        async with self.database.write() as transaction:
            store = SubscriberStore(transaction)
            subscriber = await store.find_to_change(chat)
            if subscriber is None or not await store.undo(subscriber.id, number, now - UNDO_FOR, now):
                return None
            return await store.find(chat)

    async def past_deliveries(self, subscriber: Subscriber, count: int = 5) -> list[PastDelivery]:
        """The last slots of a subscriber, newest first."""
        async with self.database.read() as transaction:
            return await SubscriberStore(transaction).past_deliveries(subscriber.id, count)

    async def _newcomer(self, transaction: Transaction, language: str) -> dict[str, Any]:
        return {
            "language": language,
            "time_zone": self.default_time_zone(language),
            "zone_confirmed": False,
            "setup_step": 0,
            "status": Status.SETUP,
            "nothing_new": NothingNew.SILENT,
            "silent": False,
            "profile_id": await InterningStore(transaction).profile(Preferences()),
            "created_at": self.clock.now(),
        }

    async def _set(self, chat: Chat, **values: object) -> Change:
        async def apply(store: SubscriberStore, subscriber: Subscriber) -> None:
            await store.update(subscriber.id, values)

        return await self._change(chat, apply)

    async def _change(self, chat: Chat, apply: Callable[[SubscriberStore, Subscriber], Awaitable[None]]) -> Change:
        async with self.database.write() as transaction:
            store = SubscriberStore(transaction)
            subscriber = await store.find_to_change(chat)
            if subscriber is None:
                message = f"chat {chat.id} has no subscriber; open one first"
                raise LookupError(message)
            undo = await store.remember(subscriber.id, self.clock.now())
            await apply(store, subscriber)
            changed = await store.find(chat)
        assert changed is not None, "a change never deletes"  # noqa: S101
        return Change(changed, undo)
